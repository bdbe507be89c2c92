"""Narratives: what is in the div, and what is around it."""

from __future__ import annotations

from tests.conformance.mutators.tree import Tree

NS = 'xmlns="http://www.w3.org/1999/xhtml"'
INSIDE = [
    "<script>alert(1)</script>",
    "<p onclick='a()'>a</p>",
    "<form><input/></form>",
    "<iframe src='a'/>",
    "<blink>a</blink>",
    "<p bogus='x'>a</p>",
    "<p style='color: red'>a</p>",
    "<p style='background: url(http://example.org/a.png)'>a</p>",
    "<a href='#nowhere'>a</a>",
    "<a name='here'/><a href='#here'>a</a>",
    "<a href='javascript:a()'>a</a>",
    "<a href=''>a</a>",
    "<a>a</a>",
    "<a href='Patient/1'>a</a>",
    "<a href='http://example.org/a b'>a</a>",
    "<img src='#nowhere'/>",
    "<img src='http://example.org/a.png' alt='a'/>",
    "<img src='data:image/png;base64,aGk='/>",
    "<img/>",
    "<p>a<p>b</p></p>",
    "<p id='a'/><p id='a'/>",
    "&nbsp;",
    "&copy; &eacute; &hellip;",
    "&nonsense;",
    "&#160;",
    "&amp;",
    "a & b",
    "<p>unclosed",
    "</p>",
    "<!-- comment -->",
    "<![CDATA[a]]>",
    "<?php a ?>",
    "<table><tr><td colspan='2' nowrap='nowrap'>a</td></tr></table>",
    "<table border='1' width='5' align='left' bgcolor='red'><tr/></table>",
    "<svg xmlns='http://www.w3.org/2000/svg'/>",
    "<p lang='nonsense nonsense'>a</p>",
    "<p xml:lang='de' lang='de'>a</p>",
    "<p class='a' title='b' dir='rtl'>a</p>",
    "<object data='a'/>",
    "<font color='red'>a</font>",
    "<u>a</u><center>b</center><ins>c</ins><del>d</del>",
    "<h7>a</h7>",
    "<DIV>a</DIV>",
    "<ul><li>a</li></ul><ol start='3' type='a'><li value='2'>b</li></ol>",
    "<br>a</br><hr/>",
    "<style>p { color: red }</style>",
    "<link href='a'/>",
    "<button>a</button>",
    "<x:p xmlns:x='http://www.w3.org/1999/xhtml'>a</x:p>",
]
WHOLE = [
    f"<div {NS}></div>",
    f"<div {NS}/>",
    f"<div {NS}> </div>",
    f"<div {NS}>\u00a0</div>",
    f"<div {NS}><p></p></div>",
    f"<div {NS}><img src='http://example.org/a.png' alt='a'/></div>",
    f"<div {NS}><!-- a --></div>",
    "<div>a</div>",
    '<div xmlns="http://example.org/">a</div>',
    f"<p {NS}>a</p>",
    f"<div {NS}>a</div><div {NS}>b</div>",
    f"a<div {NS}>a</div>",
    f"<div {NS}>a</div> a",
    f" <div {NS}>a</div>\n",
    f"<?xml version='1.0'?><div {NS}>a</div>",
    f"<!DOCTYPE div><div {NS}>a</div>",
    f"<!-- a --><div {NS}>a</div>",
    f"<div {NS} lang='en' xml:lang='en'>a</div>",
    f"<div {NS} class='a' style='b' id='c'>a</div>",
    f"<div {NS} bogus='b'>a</div>",
    "a",
    "",
    "<div",
    f"<DIV {NS}>a</DIV>",
]
WORDS = ["generated", "additional", "extensions", "empty", "nonsense", "", None, 3]


def inside(tree: Tree) -> bool:
    return _put(tree, f"<div {NS}>said {tree.any(INSIDE)}</div>")


def whole(tree: Tree) -> bool:
    return _put(tree, tree.any(WHOLE))


def _put(tree: Tree, div: str) -> bool:
    held = [each for each in tree.resources() if isinstance(each.get("text"), dict)]
    if not held:
        tree.resource["text"] = {"status": "generated", "div": div}
        return True
    tree.any(held)["text"]["div"] = div
    return True


def within_what_is_there(tree: Tree) -> bool:
    node = tree.node(lambda node: node.type == "xhtml" and isinstance(node.value, str) and "</div>" in node.value)
    if node is None:
        return False
    head, _, tail = node.value.rpartition("</div>")
    node.value = f"{head}{tree.any(INSIDE)}</div>{tail}"
    return True


def status(tree: Tree) -> bool:
    node = tree.node(lambda node: node.type == "Narrative" and isinstance(node.value, dict))
    if node is None:
        return False
    node.value["status"] = tree.any(WORDS)
    return True


def part_missing(tree: Tree) -> bool:
    node = tree.node(lambda node: node.type == "Narrative" and isinstance(node.value, dict) and bool(node.value))
    return node is not None and node.value.pop(tree.any(list(node.value)), None) is not None


def beside(tree: Tree) -> bool:
    tree.resource["text"] = {
        "status": "generated",
        "_div": {"extension": [{"url": "http://example.org/a", "valueCode": "a"}]},
    }
    return True


MUTATORS = {
    "narrative-inside": inside,
    "narrative-whole": whole,
    "narrative-within": within_what_is_there,
    "narrative-status": status,
    "narrative-part-missing": part_missing,
    "narrative-extension": beside,
}
