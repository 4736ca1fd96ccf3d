"""Tells a secret from a placeholder, a reference and an ordinary value. Never quotes one."""

import re
from collections.abc import Sequence

# The last words of a name that holds a secret, after `snake_case` is made of it.
_SECRET_NAME = re.compile(
    r"(^|_)(password|passwd|passphrase|pwd|secret|token|api_?key|access_key|secret_key|private_key"
    r"|signing_key|encryption_key|auth_key|hmac_key|license_key|account_key|master_key|access_key_id"
    r"|credentials?|secret_key_base)$|_pass$"
)
_SUFFIX = re.compile(r"(_(value|string|literal|b64|base64|plain|text|\d+))+$")
_NO_SECRET_NAME = re.compile(
    r"(^|_)(next|page|continuation|csrf|xsrf|pad|eos|bos|unk|sep|mask|start|stop|end|special|max"
    r"|min|num|new|public|partition|sort|primary|foreign|cache|idempotency|reset|forgot|change"
    r"|confirm|confirmation)_(token|key|password|secret)$"
)
# What stands where a value is still to be given, in any kind of file.
_PLACEHOLDER = re.compile(
    r"change[-_ ]?(me|this|it)|replace|your[-_ ]|(^|[\W_])my[-_]|example|sample|dummy|fake|to-?do\b"
    r"|fix-?me|placeholder|redacted|insert[-_ ]|x{4,}|\*{3,}|\.{3}|not[-_ ]?(a[-_ ]?)?(real|secret)"
    r"|insecure|unsafe|(^|[\W_])(test|testing|dev|develop|development|local|demo)([\W_\d]|$)",
    re.IGNORECASE,
)
_NOTHING = {"", "null", "none", "nil", "true", "false", "undefined", "~", "[]", "{}", "n/a", "tbd"}
# A form that stays a key whatever words are in it: AWS's, whose own example people copy.
_FORMED = re.compile(r"A[KS]IA[0-9A-Z]{16}|(?=.*\d)(?=.*[A-Z])(?=.*[a-z])[A-Za-z0-9/+]{40}")
# Every computer's password: real where it guards something, and no news to anybody.
_WELL_KNOWN = re.compile(
    r"(postgres|postgresql|mysql|mariadb|mongo|redis|rabbitmq|rabbit|guest|root|admin|user|username"
    r"|minio(admin|123)?|sa|app|default|foo|bar|baz|qux|abc|pass(word|wd)?|secret|token|key|apikey"
    r"|api[-_]key|secret[-_]key|admin123|qwerty|letmein|string|value|none|\d{1,8})\d{0,4}",
    re.IGNORECASE,
)
# A value that says where the secret is kept, rather than what it is.
_REFERENCE = re.compile(
    r"\$\{|\$\(|^\$\w|\{\{|^<.*>$|^%[({]|^%\w+%$|^(vault|ssm|env|file|op|sm|secretsmanager|awssm"
    r"|gcpsm|ref\+\w+|keyvault|secretref|bao):|^arn:|^projects/[^/]+/secrets/|^/(run|var|etc|mnt)/"
    r"|^ENC\[|^!|^@Microsoft\.KeyVault|^(process\.)?env\.|^secrets?\.|^data\.|^var\.|^\.{0,2}/"
)
_URL_PASSWORD = re.compile(
    r"^[a-z][\w+.-]*://(?P<user>[^/\s:@]*):(?P<password>[^@/\s]+)@(?P<host>.+)"
)
_PASSWORD_IN_URL = re.compile(r"(\b[a-z][\w+.-]*://[^/\s:@]*:)[^@/\s]+@")
_OWN_MACHINE = re.compile(r"@(localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\]|host\.docker\.internal)\b")
_WORD = re.compile(r"[\W_]*[A-Za-z]+([ _.:/-]+[A-Za-z]+)*[\W_]*")
_DOTTED_PATH = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)+(:[A-Za-z_]\w*)?(/[a-z]+)?")
_SECRET_WORD = re.compile(r"password|passwd|secret|token|key|credential", re.IGNORECASE)
# Keys and keywords by which a secret is handed over; the rest are parts of any protocol's messages.
_HANDED_OVER = re.compile(
    r"passw(or)?d|passphrase|_pass$|secret_?key|api_?key|client_?secret", re.I
)
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
# Forms that a provider gives to its keys, by a piece of text that must stand in a file before
# the pattern is worth trying.
_TOKENS: tuple[tuple[str, str, re.Pattern[str]], ...] = tuple(
    (piece, name, re.compile(pattern))
    for piece, name, pattern in (
        ("AKIA", "an AWS access key", r"\bAKIA[0-9A-Z]{16}\b"),
        ("ASIA", "an AWS session key", r"\bASIA[0-9A-Z]{16}\b"),
        (
            "PRIVATE KEY-",
            "a private key",
            r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----(?:\\[nr]|\s|[\"'+,]){1,40}[A-Za-z0-9+/]{40}",
        ),
        ("ghp_", "a GitHub token", r"\bghp_[A-Za-z0-9]{36}\b"),
        ("gho_", "a GitHub token", r"\bgho_[A-Za-z0-9]{36}\b"),
        ("ghs_", "a GitHub token", r"\bghs_[A-Za-z0-9]{36}\b"),
        ("github_pat_", "a GitHub token", r"\bgithub_pat_\w{50,}"),
        ("glpat-", "a GitLab token", r"\bglpat-[\w-]{20,}"),
        ("xox", "a Slack token", r"\bxox[abprs]-[\w-]{10,}"),
        ("hooks.slack.com", "a Slack webhook", r"hooks\.slack\.com/services/T\w+/B\w+/\w{16,}"),
        ("sk_live_", "a Stripe key", r"\b[sr]k_live_[A-Za-z0-9]{16,}"),
        ("AIza", "a Google API key", r"\bAIza[\w-]{35}\b"),
        ("SG.", "a SendGrid key", r"\bSG\.[\w-]{16,}\.[\w-]{16,}"),
        ("npm_", "an npm token", r"\bnpm_[A-Za-z0-9]{36}\b"),
        ("pypi-AgEI", "a PyPI token", r"\bpypi-AgEI[\w-]{40,}"),
        ("dop_v1_", "a DigitalOcean token", r"\bdop_v1_[a-f0-9]{64}\b"),
        ("sk-ant-", "an Anthropic key", r"\bsk-ant-[\w-]{32,}"),
        ("sk-proj-", "an OpenAI key", r"\bsk-proj-[\w-]{32,}"),
        ("AccountKey=", "an Azure storage key", r"AccountKey=[A-Za-z0-9+/]{60,}={0,2}"),
    )
)

# Keys that documents show: AWS's own example, runs of one character, the keyboard's own order.
_SHOWN = re.compile(r"EXAMPLE|your|([0xX])\1{5}", re.IGNORECASE)
_IN_ORDER = re.compile(r"((0?123456789?0?|abcdef(ghij\w*)?)[-_]?)+", re.IGNORECASE)


def names_secret(name: str) -> bool:
    """Whether a name promises a secret: `DB_PASSWORD`, `apiKey`, `secret_string`."""
    snake = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name)
    snake = re.sub(r"[^A-Za-z0-9]+", "_", snake).strip("_").lower()
    snake = _SUFFIX.sub("", snake)
    return bool(_SECRET_NAME.search(snake)) and not _NO_SECRET_NAME.search(snake)


def is_reference(value: str) -> bool:
    """Whether the value says where something is kept."""
    return bool(_REFERENCE.search(value.strip()))


def is_placeholder(value: str) -> bool:
    """Whether the value stands for one that is still to be given, or is none at all."""
    text = value.strip()
    shown = _PLACEHOLDER.search(text) or _IN_ORDER.fullmatch(text)
    return text.lower() in _NOTHING or len(set(text)) < 3 or bool(shown)


def is_well_known(value: str) -> bool:
    """Whether it is a password that everybody tries first: fit for a developer's machine."""
    return bool(_WELL_KNOWN.fullmatch(value.strip()))


def is_made_of_words(value: str) -> bool:
    """Whether it is letters around a word such as `password`: what one types for a trial."""
    return bool(re.fullmatch(r"[A-Za-z_.-]+", value) and _SECRET_WORD.search(value))


def repeats_name(name: str, value: str) -> bool:
    """Whether the value only says again what the name says: `OLLAMA_API_KEY` and `ollama`."""
    bare_name, bare_value = (re.sub(r"[^a-z0-9]", "", text.lower()) for text in (name, value))
    return bare_value in bare_name


def has_form_of_key(value: str) -> bool:
    """Whether the value has the form of AWS's keys, whatever words are in it."""
    return bool(_FORMED.fullmatch(value))


def is_secret(name: str, value: str) -> bool:
    """Whether a value under this name is a secret written out."""
    found = _URL_PASSWORD.match(value)
    if found is not None:
        password = found["password"]
        shown = _PLACEHOLDER.search(f"{found['user']} {found['host']}")
        doubtful = shown is not None or is_placeholder(password)
        open_ended = is_reference(value) or re.search(r"[{}<>%$*\[\]]", value)
        return not (doubtful or open_ended or is_well_known(password)) and password != found["user"]
    if not names_secret(name):
        return False
    if has_form_of_key(value):
        return True
    if is_reference(value) or is_placeholder(value):
        return False
    return "://" not in value and len(value.strip()) >= 4 and not value.lstrip().startswith("{")


def is_coded_secret(name: str, value: str, *, is_part: bool = False) -> bool:
    """Whether a string of a program is a secret. Code names fields, headers and kinds of tokens by
    strings too: those are words. `is_part` says that it is a key or a keyword's value."""
    if not is_secret(name, value) or is_well_known(value) or is_reference(value):
        return False
    if not names_secret(name):
        return not _OWN_MACHINE.search(value)  # an address with a password in it
    if has_form_of_key(value):
        return not (is_part and "EXAMPLE" in value)
    if not value.isascii():
        return False  # a word of some language, as files of translations hold them
    if is_part and not _HANDED_OVER.search(name):
        return False
    digits = sum(character.isdigit() for character in value)
    is_word = (
        repeats_name(name, value)
        or _WORD.fullmatch(value)
        or (_SECRET_WORD.search(value) and digits < 3)
    )
    is_odd = re.search(r"\s|[{}%<>]", value) or _UUID.fullmatch(value)
    return len(value) >= 6 and not is_word and not is_odd


def is_plain_word(name: str, value: str) -> bool:
    """Whether a value behind a name that promises a secret is none on its face: a placeholder, a
    reference, the name once more, a sentence, or the dotted path of something in the code."""
    words = value.split()
    return (
        is_placeholder(value)
        or is_reference(value)
        or is_made_of_words(value)
        or repeats_name(name, value)
        or len(words) > 2
        or not value.isascii()
        or bool(_DOTTED_PATH.fullmatch(value.strip()))
    )


def _is_named_trial(text: str, offset: int) -> bool:
    """Whether the name that a key is given says that it opens nothing: `TEST_KEY = …`."""
    before = text[text.rfind("\n", 0, offset) + 1 : offset]
    return bool(re.search(r"test|dummy|example|fake|sample", before, re.IGNORECASE))


def provider_keys(text: str) -> list[tuple[int, str]]:
    """Offset and kind of every key in the text that has the form of a known provider's."""
    found = [
        (match.start(), name)
        for piece, name, pattern in _TOKENS
        if piece in text
        for match in pattern.finditer(text)
        if not _SHOWN.search(match.group(0)) and not _is_named_trial(text, match.start())
    ]
    return sorted(found)


def without_secrets(words: Sequence[str]) -> str:
    """A command line as it may be shown: what options and variables give away stands as `***`."""
    shown, hides = [], False
    for word in words:
        name, equals, _ = word.partition("=")
        if hides and not word.startswith("-"):
            word = "***"
        elif equals and names_secret(name):
            word = f"{name}=***"
        hides = word.startswith("--") and not equals and names_secret(name)
        shown.append(word)
    return masked(" ".join(shown))


def masked(text: str) -> str:
    """The text with every password of a URL and every key of a provider's form as `***`."""
    text = _PASSWORD_IN_URL.sub(r"\1***@", text)
    for piece, _, pattern in _TOKENS:
        if piece in text:
            text = pattern.sub("***", text)
    return text
