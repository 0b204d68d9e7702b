"""What programs print when a service answers and does not let them in.

Sources: PostgreSQL's src/backend/libpq/auth.c, MySQL's share/messages_to_clients.txt (1045, 1049,
1130), SQL Server's errors 4060 and 18456, Oracle's ORA-01017, Redis' ACL errors, RabbitMQ's
rabbit_reader, and the credential chains of the AWS, Google and Azure SDKs.
"""

from __future__ import annotations

_REFUSED = (
    (
        "authentication failed|access denied for user|auth failed|wrongpass|noauth",
        r"password authentication failed for user|access denied for user '[^']{1,80}'@|"
        r"SASL authentication failed|\bWRONGPASS\b|NOAUTH Authentication required|"
        r"MongoServerError: Authentication failed|authentication failed\.? ?\(code 18|"
        r"SaslAuthenticationException",
    ),
    ("pg_hba.conf", r"no pg_hba\.conf entry for (?:host|replication)|pg_hba\.conf rejects "),
    ("not allowed to connect", r"Host '[^']{1,253}' is not allowed to connect to this M"),
    ("access_refused", r"\bACCESS_REFUSED\b"),
    ("login failed for user", r"Login failed for user '[^']{0,120}'"),
    ("requested by the login", r"Cannot open database \"[^\"]{1,120}\" requested by the login"),
    ("ora-010", r"ORA-01017\b"),
    (
        "unable to authenticate user|missing authentication credentials",
        r"unable to authenticate user \[|missing authentication credentials for REST request",
    ),
    ("unknown database", r"Unknown database '[^']{1,80}'"),
    (
        "invalidaccesskeyid|signaturedoesnotmatch|unrecognizedclient|invalidclienttokenid|"
        "expiredtoken|security token included",
        r"\b(?:InvalidAccessKeyId|SignatureDoesNotMatch|InvalidClientTokenId|"
        r"UnrecognizedClientException|ExpiredToken(?:Exception)?)\b|"
        r"security token included in the request is (?:invalid|expired)",
    ),
    (
        "credential",
        r"Unable to locate credentials|NoCredentialProviders|no EC2 IMDS role found|"
        r"Unable to load credentials from any of the providers|"
        r"Could not load credentials from any providers|"
        r"could not (?:find|load the) default credentials|"
        r"DefaultAzureCredential failed to retrieve a token",
    ),
)

LOGINS: tuple[tuple[str, str, str], ...] = tuple(("AppConfigInvalid?", *row) for row in _REFUSED)
