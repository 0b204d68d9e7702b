"""Faults of what a program is given: environment variables, configuration, arguments."""

from __future__ import annotations

_NAME = r"(?P<variable>[A-Z][A-Z0-9]{0,40}(?:_[A-Z0-9]{1,40}){0,8})"
_LONG_NAME = r"(?P<variable>[A-Z][A-Z0-9]{0,40}(?:_[A-Z0-9]{1,40}){1,8})"
_LACK = (
    r"(?:not (?:set|defined|found|provided|configured|specified|present|available|exist)|unset|"
    r"undefined|empty|missing|required|mandatory|blank|null or empty|"
    r"(?:must|should|has to|needs to) be (?:set|defined|provided|specified|present|non-empty))"
)
_UNSET = rf"(?:is |are |was |were |does )?{_LACK}\b"

# A bare word in capitals may be anything; names with an underscore, and words that the program
# calls a variable, are variables. Matched with their case (?-i:…).
_VARIABLE = (
    (
        "env",
        rf"(?=.{{0,400}}\b{_LACK}\b)(?i:env(?:ironment)?(?: |"
        rf"-)?(?:var(?:iable)?s?)?(?:\(s\))?)[ :'\"`$(\[{{]{{1,6}}(?-i:{_NAME})\b",
    ),
    (
        "unbound variable|parameter not set|parameter null or not set",
        r"(?P<variable>[A-Za-z_]\w{0,80}): (?:unbound variable|parameter (?:null or )?not set)",
    ),
    (
        "set|defin|empty|missing|required|found|provided|mandatory|specified|present|"
        "configured|blank",
        rf"(?<![\w./-])(?-i:{_LONG_NAME})['\"`)\]}}]{{0,2}} (?:env(?:ironment)? ?var(?:iable)? )?"
        rf"{_UNSET}",
    ),
    (
        "missing|require|need|set|specify|provide",
        r"\b(?:missing|requires?d?|need(?:s|ed)?|must (?:set|specify|provide|define)|"
        r"please (?:set|provide|define|specify)|not set|set the)"
        r"\b(?-i:[^A-Z]{0,60}(?P<variable>[A-Z][A-Z0-9]{0,40}(?:_[A-Z0-9]{1,40}){1,8}))\b",
    ),
    ("required key", rf"required key (?-i:{_NAME}) missing value"),
    ("must specify", rf"must specify (?-i:{_NAME}) to a non-empty value"),
    ("declare it as envvar", r"(?P<variable>\w{1,80}) not found\. Declare it as envvar"),
    (
        "could not resolve placeholder",
        r"could not resolve placeholder '(?P<variable>[A-Z][A-Z0-9_]{1,80})'",
    ),
    ("environment variable not found|notpresent", r"environment variable not found|: NotPresent\b"),
    (
        "environment variable",
        r"(?:missing|required|mandatory|undefined|unset) environment variables?|"
        r"environment variables? (?:is |are )?(?:missing|not set|undefined|required)",
    ),
    ("password option is not specified", r"password option is not specified"),
)

_CONFIG = (
    ("fatal config file error", r"FATAL CONFIG FILE ERROR"),
    ("[emerg]", r"\[emerg\].{0,200} in (?P<file>/\S{1,200}):\d{1,6}"),
    ("unknown keyword", r"parsing \[(?P<file>[^\]:]{1,200}):\d{1,6}\] ?: unknown keyword"),
    ("unknown directive", r"unknown directive|invalid number of arguments in"),
    ("syntax error on line", r"syntax error on line \d{1,6} of (?P<file>[^\s:]{1,200})"),
    ("invalid command", r"Invalid command '[^']{1,80}', perhaps misspelled"),
    (
        "unrecognized configuration parameter",
        r"unrecognized configuration parameter \"(?P<what>[^\"]{1,80})",
    ),
    ("contains errors", r"configuration file \"(?P<file>[^\"]{1,200})\" contains errors"),
    ("unknown variable|unknown option", r"unknown (?:variable|option) '(?P<what>[^']{1,120})'"),
    ("configexception", r"ConfigException: (?:Invalid value|Missing required|Unknown)"),
    ("unknown setting", r"unknown setting \[(?P<what>[^\]]{1,120})\]"),
    ("failed to configure a datasource", r"failed to configure a DataSource"),
    ("bind", r"failed to bind properties|could not bind properties|bindexception: failed to bind"),
    ("could not resolve placeholder", r"could not resolve placeholder '(?P<what>[^']{1,120})'"),
    ("improperlyconfigured", r"ImproperlyConfigured"),
    (
        "is too low, increase to at least",
        r"(?P<what>\[\d{1,20}\])[^\[]{0,60} is too low, increase to at least \[\d{1,20}\]",
    ),
    ("validation error", r"validation errors? for \w{0,40}(?:settings|config)"),
    (
        "config|settings|yaml|toml",
        r"(?:(?:fail(?:ed|ure)|unable|could not|couldn't|cannot|can't|error) (?:to )?"
        r"(?:pars|load|read|decod|unmarshal|process|validat)\w{0,6}|invalid|malformed|"
        r"bad|pars(?:e|ing) error in|"
        r"error in|errors? (?:pars|load|read)\w{0,3}|syntax error in) (?:the |a |app |"
        r"application |your |json |yaml )?"
        r"(?:[\w-]{1,20} )?(?:config(?:uration)?|settings)\b(?: file)?",
    ),
    (
        "config",
        r"\bconfig(?:uration)?(?: file)?(?: [\w./'\"-]{1,120})? (?:is |was "
        r")?(?:invalid|malformed|not valid|could not be (?:parsed|loaded|read))",
    ),
    (
        "config",
        r"(?:config(?:uration)? (?:error|validation failed|parse error)|invalid configuration)\b",
    ),
    (
        "yaml",
        r"yaml: (?:line \d{1,6}|unmarshal errors|did not find|mapping values)|error "
        r"converting YAML to JSON|YAMLException|yaml\.(?:scanner|parser)"
        r"\.\w{1,20}Error",
    ),
    ("toml", r"toml: |TomlDecodeError|TOMLDecodeError|toml::de::Error"),
    ("unrecognized option", r"unrecognized option: |Unrecognized option: "),
    ("database|role", r"FATAL: {1,3}(?:database|role) \"[^\"]{1,80}\" does not exist"),
)

_ARGUMENTS = (
    (
        "unknown flag|unknown shorthand flag|flag provided but not defined|"
        "unrecognized arguments|unrecognized option|unrecognised option|invalid "
        "option|unknown option|bad option|illegal option|unknown argument|unexpected "
        "argument|unrecognized argument",
        r"(?:unknown (?:shorthand )?flag|flag provided but not defined|"
        r"unrecogni[sz]ed (?:arguments?|option)|(?:invalid|unknown|bad|illegal) "
        r"option|(?:unknown|unexpected) argument)\b[: "
        r"'\"]{1,4}(?P<what>[^\s'\"]{1,100})",
    ),
)

SETTINGS: tuple[tuple[str, str, str], ...] = (
    *(("MissingEnvVar", *row) for row in _VARIABLE),
    *(("AppConfigInvalid", *row) for row in _CONFIG),
    *(("InvalidArguments?", *row) for row in _ARGUMENTS),
)
