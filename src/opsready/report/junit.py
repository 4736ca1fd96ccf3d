"""Rule tests as JUnit XML, which CI services show."""

import re
from xml.sax.saxutils import escape, quoteattr

from opsready.report.rule_tests import FileResult, failure_text

# What XML 1.0 cannot hold, escaped or not.
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def junit_xml(files: list[FileResult]) -> str:
    """A suite a file, a case a test."""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', "<testsuites>"]
    for file in files:
        failed = sum(not result.passed for result in file.results)
        counts = f'tests="{len(file.results)}" failures="{failed}" errors="{len(file.faults)}"'
        lines.append(f"  <testsuite name={_quoted(file.path)} {counts}>")
        for fault in file.faults:
            place = _quoted(f"{fault.path}:{fault.line}")
            lines.append(f"    <testcase name={place} classname={_quoted(file.path)}>")
            lines.append(f"      <error>{_escaped(fault.why)}</error>")
            lines.append("    </testcase>")
        for result in file.results:
            case = f"name={_quoted(result.test.name)} classname={_quoted(file.path)}"
            if result.passed:
                lines.append(f"    <testcase {case}/>")
                continue
            lines.append(f"    <testcase {case}>")
            text = "\n".join(failure_text(file.path, result))
            lines.append(f"      <failure>{_escaped(text)}</failure>")
            lines.append("    </testcase>")
        lines.append("  </testsuite>")
    return "\n".join([*lines, "</testsuites>", ""])


def _escaped(text: str) -> str:
    return escape(_NO_XML.sub("?", text))


def _quoted(text: str) -> str:
    return quoteattr(_NO_XML.sub("?", text))
