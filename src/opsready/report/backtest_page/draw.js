"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  const LINES = [1, 2, 3, 4, 5, 6].map((number) => `line-${number}`);
  const AXIS = 18; // pixels below a picture, for its times
  const SPARE = 5; // above and below, so that a line at the edge is seen
  const view = { from: data.from, to: data.to };
  const pictures = new Map();
  const when = (s) => new Date(s * 1000).toISOString().slice(0, 16).replace("T", " ");
  const counted = (n) => `${n.toLocaleString("en")} ${n === 1 ? "time" : "times"}`;
  const shown = (v) => (v === null ? "none" : Number(v.toPrecision(4)).toString());

  // The first place whose time is not before a time: points are in order.
  const place = (times, at) => {
    let low = 0, high = times.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (times[middle] < at) low = middle + 1; else high = middle;
    }
    return low;
  };

  function begin(canvas) {
    const scale = window.devicePixelRatio || 1;
    const width = canvas.clientWidth, height = canvas.clientHeight;
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    const pen = canvas.getContext("2d");
    pen.scale(scale, scale);
    const x = (s) => ((s - view.from) / (view.to - view.from)) * width;
    return { pen, width, height, x };
  }

  function bands(sheet, spans, name, alpha, top, height) {
    sheet.pen.globalAlpha = alpha;
    sheet.pen.fillStyle = colour(name);
    for (const [start, end] of spans) {
      if (end <= view.from || start >= view.to) continue;
      const left = sheet.x(start);
      sheet.pen.fillRect(left, top, Math.max(sheet.x(end) - left, 1), height);
    }
    sheet.pen.globalAlpha = 1;
  }

  function drawBands(canvas, alert) {
    const sheet = begin(canvas);
    bands(sheet, data.incidents, "incident", 0.8, sheet.height - 5, 5);
    bands(sheet, alert.pending, "pending", 0.8, 0, sheet.height - 7);
    bands(sheet, alert.firing, "firing", 1, 0, sheet.height - 7);
  }

  function limits(plot) {
    let low = Math.min(0, plot.bound), high = Math.max(0, plot.bound);
    for (const line of plot.lines) {
      const last = place(line.times, view.to);
      for (let i = place(line.times, view.from); i < last; i++) {
        const value = line.values[i];
        if (value !== null) { low = Math.min(low, value); high = Math.max(high, value); }
      }
    }
    return high > low ? [low, high] : [low - 1, high + 1];
  }

  function drawPlot(canvas, plot, alert) {
    const sheet = begin(canvas), [low, high] = limits(plot), floor = sheet.height - AXIS;
    const y = (v) => floor - SPARE - ((v - low) / (high - low)) * (floor - 2 * SPARE);
    bands(sheet, data.incidents, "incident", 0.18, 0, floor);
    bands(sheet, alert.firing, "firing", 0.18, 0, floor);
    plot.lines.forEach((line, number) => {
      sheet.pen.strokeStyle = colour(LINES[number % LINES.length]);
      sheet.pen.beginPath();
      let drawing = false;
      const first = Math.max(place(line.times, view.from) - 1, 0);
      const last = Math.min(place(line.times, view.to) + 1, line.times.length);
      for (let i = first; i < last; i++) {
        if (line.values[i] === null) { drawing = false; continue; }
        const at = [sheet.x(line.times[i]), y(line.values[i])];
        if (drawing) sheet.pen.lineTo(...at); else sheet.pen.moveTo(...at);
        drawing = true;
      }
      sheet.pen.stroke();
    });
    sheet.pen.strokeStyle = colour("bound");
    sheet.pen.lineWidth = 2;
    sheet.pen.setLineDash([6, 4]);
    sheet.pen.beginPath();
    sheet.pen.moveTo(0, y(plot.bound));
    sheet.pen.lineTo(sheet.width, y(plot.bound));
    sheet.pen.stroke();
    sheet.pen.setLineDash([]);
    sheet.pen.fillStyle = colour("soft");
    sheet.pen.font = "11px system-ui, sans-serif";
    sheet.pen.fillText(when(view.from), 4, sheet.height - 4);
    sheet.pen.textAlign = "right";
    sheet.pen.fillText(`${when(view.to)} UTC`, sheet.width - 4, sheet.height - 4);
    sheet.pen.textAlign = "left";
    written(sheet, shown(high), 12);
    written(sheet, shown(low), floor - 4);
  }

  // On a ground of its own: a line may pass behind it.
  function written(sheet, text, bottom) {
    sheet.pen.globalAlpha = 0.75;
    sheet.pen.fillStyle = colour("page");
    sheet.pen.fillRect(2, bottom - 10, sheet.pen.measureText(text).width + 4, 13);
    sheet.pen.globalAlpha = 1;
    sheet.pen.fillStyle = colour("soft");
    sheet.pen.fillText(text, 4, bottom);
  }

  // Only what is in sight is drawn: many alerts cost no more than few.
  const stale = new Set(), seen = new Set();
  let asked = false;
  function redraw() {
    pictures.forEach((draw, canvas) => stale.add(canvas));
    soon();
  }
  function soon() {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      for (const canvas of seen) if (stale.delete(canvas)) pictures.get(canvas)();
    });
  }
  const sight = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting) seen.add(target); else seen.delete(target);
    }
    soon();
  }, { rootMargin: "200px" });

  function look(from, to) {
    const least = Math.max((data.to - data.from) / 10000, 60);
    if (to - from < least) return;
    view.from = Math.max(from, data.from);
    view.to = Math.min(to, data.to);
    redraw();
  }

  function watch(canvas, told, plot) {
    let start = null;
    const time = (event) => view.from + (event.offsetX / canvas.clientWidth) * (view.to - view.from);
    canvas.tabIndex = 0;
    canvas.addEventListener("pointerdown", (event) => { start = time(event); });
    canvas.addEventListener("pointerup", (event) => {
      const end = time(event);
      if (start !== null) look(Math.min(start, end), Math.max(start, end));
      start = null;
    });
    canvas.addEventListener("dblclick", () => look(data.from, data.to));
    canvas.addEventListener("pointermove", (event) => {
      const at = time(event);
      const values = (plot ? plot.lines : []).map((line) => {
        const value = line.values[Math.max(place(line.times, at + 1e-9) - 1, 0)];
        return `${line.name} ${shown(value === undefined ? null : value)}`;
      });
      told.textContent = [when(at), ...values].join("   ");
    });
    canvas.addEventListener("keydown", (event) => {
      const span = view.to - view.from, middle = (view.from + view.to) / 2;
      if (event.key === "ArrowLeft") look(Math.max(view.from - span / 4, data.from), Math.max(view.to - span / 4, data.from + span));
      else if (event.key === "ArrowRight") look(Math.min(view.from + span / 4, data.to - span), Math.min(view.to + span / 4, data.to));
      else if (event.key === "+") look(middle - span / 4, middle + span / 4);
      else if (event.key === "-") look(middle - span, middle + span);
      else return;
      event.preventDefault();
    });
  }

  function element(name, text, parent) {
    const made = document.createElement(name);
    if (text) made.textContent = text;
    parent.append(made);
    return made;
  }

  function figure(parent, caption, kind, plot, draw) {
    const box = element("figure", "", parent);
    if (caption) element("figcaption", caption, box);
    const canvas = element("canvas", "", box);
    canvas.className = kind;
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", caption || "when it fires");
    if (plot && plot.lines.length > 1) {
      const names = element("p", "", box);
      names.className = "names";
      plot.lines.forEach((line, number) => {
        element("span", line.name, names).style.setProperty("--line", `var(--${LINES[number % LINES.length]})`);
      });
    }
    watch(canvas, element("output", "", box), plot);
    pictures.set(canvas, () => draw(canvas));
    sight.observe(canvas);
  }

  for (const alert of data.alerts) {
    const section = element("section", "", document.getElementById("alerts"));
    const title = element("h2", `${alert.name} `, section);
    element("small", `${alert.severity || "no severity"}, fired ${counted(alert.fired)}${alert.place === alert.name ? "" : `, ${alert.place}`}`, title);
    figure(section, "", "bands", null, (canvas) => drawBands(canvas, alert));
    for (const plot of alert.plots) {
      const more = plot.left_out ? `, and ${plot.left_out} more series` : "";
      const caption = `${plot.expr} ${plot.op} ${shown(plot.bound)}${more}`;
      figure(section, caption, "plot", plot, (canvas) => drawPlot(canvas, plot, alert));
    }
  }
  if (data.more) element("p", `${data.more} more alerts are in the text below.`, document.getElementById("alerts"));
  window.addEventListener("resize", redraw);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
  redraw();
})();
