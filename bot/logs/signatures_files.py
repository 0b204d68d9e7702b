"""Faults of files and file systems, as the C library, shells and runtimes write them."""

from __future__ import annotations

_PATH = r"(?P<file>(?:[A-Za-z]:)?[^\s'\":;,()<>|]{1,300})"
_QUOTED = r"['\"`‘“](?P<file>[^'\"`’”]{1,300})['\"`’”]"
# How shells begin a complaint: bash and busybox `NAME: line N: `, dash `NAME: N: [NAME: ]`.
SHELL = r"^(?:[\w./-]{1,60}: )?(?:-c: )?(?:(?:line )?\d{1,6}: )?(?:[\w./-]{0,60}/[\w.-]{1,60}: )?"

_DISK = (
    ("no space left on device|enospc", r"no space left on device|ENOSPC"),
    (
        "disk quota exceeded|not enough space on the disk",
        r"disk quota exceeded|not enough space on the disk",
    ),
)

_READ_ONLY = (
    ("read-only file system|erofs", rf"(?:read-only file system|EROFS)[^'\"]{{0,40}}{_QUOTED}"),
    ("read-only file system", rf"{_QUOTED}.{{0,20}}read-only file system"),
    ("read-only file system", r"(?P<file>/[^\s:'\"]{1,300})?:? ?\(?(?:30: )?read-only file system"),
    ("erofs", r"\bEROFS\b"),
)

_START = (
    ("exec format error", rf"(?:exec {_PATH}: )?exec format error"),
    ("exec user process caused", r"exec user process caused.{0,5}no such file"),
    (
        "executable file not found",
        r"exec: \"(?P<file>[^\"]{1,200})\": executable file not found",
    ),
    ("no such file", rf"^exec {_PATH}: no such file or directory"),
    (
        "env: ",
        (
            r"^(?:/usr/bin/)?env: (?:can't execute )?['‘\"]?(?P<file>[\w./+-]{1,100})"
            r"['’\"]?: no such file"
        ),
    ),
    (
        "not found",
        rf"{SHELL}(?:exec: )?(?P<file>[\w./+-]{{1,200}}): (?:command )?not found$",
    ),
    (
        "command not found",
        (
            r"(?P<file>[\w./+-]{1,200}): command not found|command not found: "
            r"(?P<after>[\w./+-]{1,200})"
        ),
    ),
    (
        "missing script|not found",
        r"missing script: ['\"]?(?P<file>[\w:./-]{1,100})|"
        r"error Command \"(?P<after>[\w:./-]{1,100})\" not found",
    ),
)
_START_CODES = (
    "ExecFormatError",
    "CommandNotFound",
    "CommandNotFound",
    "CommandNotFound",
    "CommandNotFound",
    "CommandNotFound",
    "CommandNotFound",
    "CommandNotFound",
)

_DENIED = (
    ("exec user process caused", r"exec user process caused.{0,5}permission denied"),
    ("eacces|eperm", rf"(?:EACCES|EPERM)[^'\"]{{0,80}}{_QUOTED}"),
    # Erlang's: file:format_error/1
    ("eacces|eperm", r"'(?P<file>/[^']{1,300})': (?:eacces|eperm)\b"),
    (
        "accessible by owner only|are too open",
        (
            r"(?:file |for ['\"]?)(?P<file>/[^\s'\"]{1,300})['\"]? (?:must be accessible by owner "
            r"only|are too open)"
        ),
    ),
    ("permission denied", rf"(?:\[Errno 13\] )?permission denied[:)]? {{0,3}}{_QUOTED}"),
    (
        "permission denied|operation not permitted",
        rf"{_QUOTED}[^'\"]{{0,40}}(?:\(13: )?(?:permission denied|operation not permitted)",
    ),
    (
        "bind|listen",
        r"(?:bind|listen)\w{0,5}\W.{0,60}?:(?P<port>\d{1,5})\b.{0,40}permission denied",
    ),
    (
        "permission denied|operation not permitted",
        (
            r"(?:open|mkdir|unlink|rename|stat|chmod|chown|exec|read|write|create) "
            r"(?P<file>/[^\s:]{1,300}): (?:permission denied|operation not permitted)"
        ),
    ),
    (
        "permission denied|operation not permitted",
        r"(?P<file>/[^\s:'\"]{1,300}):? (?:\()?(?:permission denied|operation not permitted)",
    ),
    ("accessdeniedexception", r"AccessDeniedException: (?P<file>/[^\s]{1,300})"),
    ("access to the path", rf"access to the path {_QUOTED} is denied"),
    ("permission denied|permissionerror", r"permission denied(?! \(publickey)|PermissionError"),
    (
        "wrong ownership|invalid permissions|group or world access",
        (
            r"(?:data directory \"(?P<file>[^\"]{1,300})\" )?has (?:wrong ownership|invalid "
            r"permissions|group or world access)"
        ),
    ),
    ("operation not permitted", r"operation not permitted"),
)

_MISSING = (
    ("no such file|errno 2]", rf"no such file or directory[^'\"]{{0,24}}{_QUOTED}"),
    (
        "no such file|cannot open|can't open",
        rf"{_QUOTED}[^'\"]{{0,40}}(?:no such file|\(2: no such)",
    ),
    (
        "no such file",
        (
            r"(?:open|stat|lstat|read|chdir|readlink|fork/exec|load|access|opening|find) "
            r"(?P<file>[^\s:]{1,300}): no such file"
        ),
    ),
    ("no such file", r"(?P<file>[^\s:'\"(]{1,300})(?::| \() ?no such file or directory"),
    (
        "nosuchfileexception|filenotfoundexception",
        (
            r"(?:NoSuchFile|FileNotFound)Exception: (?:Could not find file "
            r"['\"]?)?(?P<file>[^\s'\"(]{1,300})"
        ),
    ),
    (
        "could not find file|could not find a part of the path",
        rf"could not find (?:file|a part of the path) {_QUOTED}",
    ),
    ("cannot find module", r"cannot find module ['\"](?P<file>(?:/|\./)[^'\"]{1,300})['\"]"),
    (
        "can't open|cannot open",
        rf"{SHELL}(?:can't|cannot) open ['\"]?(?P<file>[^'\":]{{1,300}})['\"]?(?:: no such file)?$",
    ),
    ("config", r"\bconfig(?:uration)? file (?:was )?not found\b|no config(?:uration)? file found"),
    ("jarfile", r"unable to access jarfile (?P<file>\S{1,300})"),
    (
        "failed to open stream",
        (
            r"(?:include|require|fopen|file_get_contents)(?:_once)?\((?P<file>[^)]{1,300})"
            r"\).{0,40}failed to open stream: no such file"
        ),
    ),
    (
        "file",
        (
            r"(?:config(?:uration)?|certificate|key|credentials?|secrets?) file "
            r"['\"]?(?P<file>/?[\w./-]{1,300})['\"]? (?:does not exist|not found|is "
            r"missing|could not be found|cannot be found)"
        ),
    ),
    (
        "file not found|not found|does not exist",
        (
            r"(?:file|path) (?:not found|does not exist):? ['\"]?(?P<file>/[\w./-]{1,300})"
            r"|['\"]?(?P<after>/[\w./-]{2,300})['\"]? (?:file )?(?:not found|does not "
            r"exist)"
        ),
    ),
    ("no such file", r"no such file or directory"),
)

FILES: tuple[tuple[str, str, str], ...] = (
    *(("DiskFull", *row) for row in _DISK),
    *(("ReadOnlyFilesystem", *row) for row in _READ_ONLY),
    *((code, *row) for code, row in zip(_START_CODES, _START, strict=True)),
    ("CommandPermissionDenied", *_DENIED[0]),
    *(("PermissionDenied", *row) for row in _DENIED[1:]),
    *(("FileMissing", *row) for row in _MISSING),
)
