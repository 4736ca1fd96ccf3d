"""Markdown of a tree as HTML: no markup of its own, no picture, no address that leads out."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import OptionsDict
from markupsafe import Markup

from opsready.documents.markdown import tokens_of
from opsready.documents.shell import prompt_of

Resolve = Callable[[str], str | None]
"""The id in the report that a link of the page leads to; None where it leads elsewhere."""

# The report's own headings take the first three levels.
_LOWEST = 6
_SHELLS = frozenset({"sh", "bash", "shell", "console", "shell-session", "zsh", "terminal"})


def prose_html(path: str, text: str, ids: Mapping[int, str], resolve: Resolve) -> Markup:
    """The page as HTML; `ids` gives headings, by their line, the ids by which they are linked."""
    tokens = [_placed(token, ids) for token in tokens_of(path, text)]
    for token in tokens:
        if token.children:
            token.children = list(_within(token.children, resolve))
    parser = MarkdownIt("commonmark", renderer_cls=_Renderer)
    return Markup(parser.renderer.render(tokens, parser.options, {}))  # noqa: S704  html is escaped


def _placed(token: Token, ids: Mapping[int, str]) -> Token:
    """Headings go below those of the report."""
    if token.type in {"heading_open", "heading_close"}:
        token.tag = f"h{min(_LOWEST, int(token.tag[1:]) + 2)}"
        line = token.map[0] + 1 if token.map else 0
        if token.type == "heading_open" and line in ids:
            token.attrSet("id", ids[line])
    if token.attrs.pop("style", None) == "text-align:right":  # the page allows no style in place
        token.attrSet("class", "figure")
    return token


def _within(children: Sequence[Token], resolve: Resolve) -> Iterator[Token]:
    """A link within the report is one; of all others the address is shown, for a person to judge
    and copy. A picture would be fetched from elsewhere: its description stands for it."""
    behind: list[str] = []
    for child in children:
        if child.type == "link_open":
            target = str(child.attrGet("href") or "")
            found = resolve(target)
            child.attrs = {"href": f"#{found}"} if found else {}
            child.tag = "a" if found else "span"
            behind.append("" if found else target)
            yield child
        elif child.type == "link_close":
            target = behind.pop() if behind else ""
            yield from _closed(child, target, children)
        elif child.type == "image":
            yield _text(child.content)
            yield Token("address", "", 0, content=str(child.attrGet("src") or ""))
        else:
            yield child


def _closed(close: Token, target: str, children: Sequence[Token]) -> Iterator[Token]:
    close.tag = "span" if target else "a"
    yield close
    said = {child.content for child in children if child.type in {"text", "code_inline"}}
    if target and target not in said:
        yield Token("address", "", 0, content=target)


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)


class _Renderer(RendererHTML):
    """What the standard rendering does not have: commands that can be copied, addresses."""

    def fence(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Any) -> str:
        words = tokens[idx].info.split()
        return code_html(tokens[idx].content, words[0].lower() if words else "")

    def code_block(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Any) -> str:
        return code_html(tokens[idx].content, "")

    def address(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Any) -> str:
        return f' <code class="address">{escape(tokens[idx].content)}</code>'

    def table_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Any) -> str:
        return '<div class="wide" tabindex="0" role="group" aria-label="table"><table>\n'

    def table_close(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Any) -> str:
        return "</table></div>\n"


def code_html(text: str, language: str) -> str:
    """A block of code. What is typed can be copied: a prompt before it is not part of it, and a
    session's output is told apart from it."""
    lines = text.rstrip("\n").split("\n")
    typed = language in _SHELLS
    session = typed and any(prompt_of(line) for line in lines)
    body = "\n".join(_session_line(line) if session else escape(line) for line in lines)
    kind = "command" if typed else "code"
    label = "command" if typed else language or "text"
    return (
        f'<div class="block"><pre class="{kind}" tabindex="0" role="group"'
        f' aria-label="{escape(label)}"><code>{body}</code></pre></div>\n'
    )


def _session_line(line: str) -> str:
    prompt = prompt_of(line)
    if not prompt:
        return f'<span class="output">{escape(line)}</span>'
    return f'<span class="prompt">{escape(prompt)}</span>{escape(line[len(prompt) :])}'
