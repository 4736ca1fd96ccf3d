document.documentElement.classList.add("scripted");
for (const pre of document.querySelectorAll("pre.command")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = "Copy";
  button.addEventListener("click", async () => {
    const typed = pre.querySelector("code").cloneNode(true);
    const beside = typed.querySelectorAll(".prompt, .output");
    for (const part of beside) part.remove();
    // Of a session, what was answered leaves empty lines; in a script they may mean something.
    const lines = typed.textContent.split("\n").filter((line) => !beside.length || line.trim());
    const text = lines.join("\n");
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(pre);
      button.textContent = "Selected: press Ctrl-C";
    }
    setTimeout(() => { button.textContent = "Copy"; }, 2000);
  });
  pre.before(button);
}
const unfold = () => {
  let target = null;
  try { target = document.getElementById(decodeURIComponent(location.hash.slice(1))); } catch { return; }
  for (let node = target; node; node = node.parentElement) if (node.tagName === "DETAILS") node.open = true;
};
addEventListener("hashchange", unfold);
unfold();
