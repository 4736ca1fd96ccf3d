"""Which commands are known to read only."""

import shlex

import pytest

from opsready.documents.reading import addresses_of, why_not_read

READS = (
    "curl -fsS http://localhost/ready",
    "curl --silent --output /dev/null --max-time 10 --write-out '%{http_code}' http://shop/ready",
    "curl -s -o /dev/null -w '%{http_code}' -H 'Accept: text/plain' http://shop/ready",
    "curl -sG --data-urlencode 'query=up' http://shop/query",
    "aws ecs describe-services --cluster shop --services shop",
    "aws secretsmanager list-secret-version-ids --secret-id shop",
    "aws logs filter-log-events --log-group-name /ecs/shop --filter-pattern ERROR",
    "aws cloudwatch get-metric-statistics --namespace AWS/ApplicationELB",
    "aws s3 ls s3://shop",
    "psql postgres://localhost/shop -c 'select count(*) from orders;'",
    "date -u -d '15 minutes ago' +%s000",
)
REFUSED = {
    "curl -X POST http://shop/orders": "`curl` would send POST",
    "curl -d a=1 http://shop": "`curl -d` is not among the options that are known to read only",
    "curl --data-urlencode a=1 http://shop": "`curl` would send a body",
    "curl -o /etc/passwd http://shop": "`curl` would write to /etc/passwd",
    "curl -L http://shop": "`curl -L` is not among the options that are known to read only",
    "curl -w '%output{/tmp/x}' http://shop": "`curl` would read or write a file",
    "curl --config=x http://shop": (
        "`curl --config` is not among the options that are known to read only"
    ),
    "aws ecs update-service --service shop": "`aws ecs update-service` is not known to read only",
    "aws ecs execute-command --task a": "`aws ecs execute-command` is not known to read only",
    "aws secretsmanager get-secret-value --secret-id a": (
        "`aws secretsmanager get-secret-value` prints or writes what is not to be shown"
    ),
    "aws s3api get-object --key a out": (
        "`aws s3api get-object` prints or writes what is not to be shown"
    ),
    "aws --profile live ecs list-tasks": "`aws live` is not known to read only",
    "aws ecs list-tasks --endpoint-url http://a": "`aws` would reach for --endpoint-url",
    "aws ecs list-tasks --cluster file:///etc/passwd": "`aws` would reach for file:///etc/passwd",
    "psql -c 'drop table orders'": "`psql` is given what may do more than read",
    "psql -c 'select 1; drop table orders'": "`psql` is given what may do more than read",
    "psql -c \"select pg_read_file('/etc/passwd')\"": "`psql` is given what may do more than read",
    "psql -f x.sql": "`psql -f` is not among the options that are known to read only",
    "psql shop": "`psql` waits for somebody to type",
    "date -s tomorrow": "`date -s` may set the clock",
    "kubectl get pods": "`kubectl` is not among the programs that are known to read only",
    "rm -r /": "`rm` is not among the programs that are known to read only",
}


@pytest.mark.parametrize("command", READS)
def test_what_reads_is_let_through(command: str) -> None:
    assert why_not_read(shlex.split(command)) == ""


@pytest.mark.parametrize("command", REFUSED)
def test_all_else_is_refused_by_its_name(command: str) -> None:
    assert why_not_read(shlex.split(command)) == REFUSED[command]


def test_addresses_are_the_words_that_are_no_options_values() -> None:
    words = shlex.split("curl -so /dev/null -H 'a: b' http://a --max-time 3 http://b")
    assert [words[n] for n in addresses_of(words)] == ["http://a", "http://b"]
