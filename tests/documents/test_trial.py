"""What a runbook has one type in order to look."""

from opsready.documents.markdown import Markdown
from opsready.documents.runbook import entries_of
from opsready.documents.trial import settings, trials

PAGE = """\
# The shop is down

## Variables

```sh
NAME=shop
URL="http://$NAME"
```

## Diagnosis

1. Ask it:

   ```sh
   REQUESTS=7
   curl "$URL/ready"
   ```

   Expect: `200`.

2. Look:

   ```console
   $ kubectl get pods
   shop Running
   ```

   Expected output:

   ```text
   shop Running
   ```

```sh
uptime
```

## Remedy

```sh
kubectl delete pod shop
```
"""


def test_each_block_of_the_diagnosis_has_what_it_should_print() -> None:
    page = Markdown.parse("docs/runbooks/down.md", PAGE)
    [entry] = entries_of(page)
    found = [
        ([t.text for t in trial.commands], trial.line, trial.expects and trial.expects.text)
        for trial in trials(entry, PAGE.split("\n"))
    ]
    assert found == [
        (['curl "$URL/ready"'], 15, "`200`"),
        (["kubectl get pods"], 24, "shop Running"),
        (["uptime"], 35, None),
    ]


def test_variables_are_those_of_the_whole_page_in_its_order() -> None:
    page = Markdown.parse("docs/runbooks/down.md", PAGE)
    assert [typed.name for typed in settings(page)] == ["NAME", "URL", "REQUESTS"]
