"""Logs as programs write them, and the reason that each gives."""

# ruff: noqa: E501  # a log line is as long as its program writes it

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.logs import read_log

CASES = {
    "python key error of the environment": (
        """INFO starting
Traceback (most recent call last):
  File "/app/main.py", line 7, in <module>
    url = os.environ["QUEUE_URL"]
  File "<frozen os>", line 685, in __getitem__
KeyError: 'QUEUE_URL'""",
        {"code": "MissingEnvVar", "variable": "QUEUE_URL", "place": "/app/main.py:7"},
    ),
    "python key error of a dictionary": (
        """Traceback (most recent call last):
  File "/srv/shop/cart.py", line 31, in total
    return prices[item]
KeyError: 'sku'""",
        {"code": "UnhandledException", "exception": "KeyError", "place": "/srv/shop/cart.py:31"},
    ),
    "python chained cause": (
        """Traceback (most recent call last):
  File "/usr/lib/python3/dist-packages/urllib3/connection.py", line 174, in _new_conn
    conn = connection.create_connection(
  File "/usr/lib/python3.11/socket.py", line 955, in getaddrinfo
    for res in _socket.getaddrinfo(host, port, family, type, proto, flags):
socket.gaierror: [Errno -2] Name or service not known

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "/app/sync.py", line 12, in <module>
    requests.get("http://ledger:8080/x")
requests.exceptions.ConnectionError: HTTPConnectionPool(host='ledger', port=8080): Max retries exceeded with url: /x""",
        {"code": "NameResolutionFailed", "host": "ledger", "port": 8080},
    ),
    "pydantic settings": (
        """Traceback (most recent call last):
  File "/app/settings.py", line 9, in <module>
    settings = Settings()
pydantic_core._pydantic_core.ValidationError: 1 validation error for Settings
database_url
  Field required [type=missing, input_value={}, input_type=dict]""",
        {"code": "MissingEnvVar", "variable": "DATABASE_URL"},
    ),
    "go panic that a controller logs": (
        """E0301 10:11:12.000001       1 runtime.go:79] Observed a panic: &runtime.TypeAssertionError{_interface:(*abi.Type)(0x1f), missingMethod:""} (interface conversion: interface {} is nil, not *v1.Node)
goroutine 88 [running]:
k8s.io/apimachinery/pkg/util/runtime.logPanic({0x1, 0xc})
	/go/pkg/mod/k8s.io/apimachinery@v0.29.2/pkg/util/runtime/runtime.go:75 +0x85
example.org/ferry/pkg/sync.(*Loop).next(0xc)
	/src/ferry/pkg/sync/loop.go:40 +0x3d4""",
        {
            "code": "UnhandledException",
            "exception": "panic",
            "message": "interface conversion: interface {} is nil, not *v1.Node",
            "place": "/src/ferry/pkg/sync/loop.go:40",
        },
    ),
    "go panic that a newer controller logs": (
        """E0301 10:11:12.000001       1 panic.go:115] "Observed a panic" panic="assignment to entry in nil map" panicGoValue="\\"assignment\\"" stacktrace=<
	goroutine 88 [running]:""",
        {"code": "UnhandledException", "message": "assignment to entry in nil map"},
    ),
    "musl's words for a port that is taken": (
        """2026/06/18 10:18:10 [emerg] 1#1: bind() to 0.0.0.0:8081 failed (98: Address in use)
2026/06/18 10:18:10 [emerg] 1#1: still could not bind()""",
        {"code": "PortConflict", "port": 8081},
    ),
    "a role that the server does not have": (
        """2026-01-02 03:04:05 UTC [31] FATAL:  role "ledger" does not exist""",
        {"code": "AppConfigInvalid"},
    ),
    "dash names itself, the line and the script": (
        """: not found.sh: 12: /start.sh:
/start.sh: 40: /start.sh: Syntax error: end of file unexpected (expecting "done")""",
        {"code": "CommandSyntaxError"},
    ),
    "a library that dash reads": (
        """9: /opt/tools/common.sh: Syntax error: "(" unexpected""",
        {"code": "CommandSyntaxError"},
    ),
    "dash misses a program of a script": (
        """/start.sh: 3: /start.sh: envsubst: not found""",
        {"code": "CommandNotFound", "file": "envsubst"},
    ),
    "a shell cannot open its script": (
        """sh: can't open '/srv/ferry/start.sh'""",
        {"code": "FileMissing", "file": "/srv/ferry/start.sh"},
    ),
    "gunicorn tells after the trace that it ends": (
        """    from ferry import routes
ModuleNotFoundError: No module named 'ferry'
[2026-05-25 08:07:01 +0000] [9] [INFO] Worker exiting (pid: 9)
[2026-05-25 08:07:01 +0000] [1] [INFO] Shutting down: Master
[2026-05-25 08:07:01 +0000] [1] [INFO] Reason: Worker failed to boot.""",
        {"code": "UnhandledException", "exception": "ModuleNotFoundError", "sure": False},
    ),
    "erlang may not write its cookie": (
        """2026-01-02 03:04:05.543668+00:00 [error] <0.131.0>    {"Failed to create cookie file '/var/lib/mq/.erlang.cookie': eacces",""",
        {"code": "PermissionDenied", "file": "/var/lib/mq/.erlang.cookie"},
    ),
    "a key that everybody may read": (
        """Permissions 0644 for '/keys/id_ed25519' are too open.""",
        {"code": "PermissionDenied", "file": "/keys/id_ed25519"},
    ),
    "tomcat is not sure of the port": (
        """The Tomcat connector configured to listen on port 8090 failed to start. The port may already be in use or the connector may be misconfigured.""",
        {"code": "PortConflict", "port": 8090, "sure": False},
    ),
    "etcd cannot be reached": (
        """Error initializing storage of type etcd: client: etcd cluster is unavailable or misconfigured; error #0: EOF""",
        {"code": "DependencyUnreachable"},
    ),
    "pydantic settings without the head of the trace": (
        """    validated = self.__pydantic_validator__.validate_python(data, self_instance=self)
pydantic_core._pydantic_core.ValidationError: 2 validation errors for Settings
port
  Input should be a valid integer, unable to parse string as an integer [type=int_parsing, input_value='tcp://10.9.8.7:80', input_type=str]
    For further information visit https://errors.pydantic.dev/2.12/v/int_parsing
queue_url
  Field required [type=missing, input_value={'port': '80'}, input_type=dict]
    For further information visit https://errors.pydantic.dev/2.12/v/missing""",
        {"code": "MissingEnvVar", "variable": "QUEUE_URL"},
    ),
    "pydantic settings with a value that is none": (
        """ValidationError: 1 validation error for FerryConfig
port
  Input should be a valid integer, unable to parse string as an integer [type=int_parsing, input_value='tcp://10.9.8.7:80', input_type=str]""",
        {"code": "AppConfigInvalid"},
    ),
    "kafka's client gets no metadata": (
        """[2026-07-29 02:18:55,215] ERROR Uncaught exception in herder work thread, exiting: (example.Herder:183)
org.apache.kafka.common.errors.TimeoutException: Timeout expired while fetching topic metadata
[2026-07-29 02:18:55,227] INFO Kafka Connect stopping (example.Connect:68)""",
        {"code": "DependencyUnreachable"},
    ),
    "no configuration file": (
        """Error: config file not found""",
        {"code": "FileMissing"},
    ),
    "elasticsearch checks of the node": (
        """[2024-02-03T10:11:12,001][INFO ][o.e.b.BootstrapChecks] [n1] enforcing bootstrap checks
ERROR: [1] bootstrap checks failed
[1]: max virtual memory areas vm.max_map_count [65530] is too low, increase to at least [262144]
[2024-02-03T10:11:12,200][INFO ][o.e.n.Node] [n1] stopping ...
[2024-02-03T10:11:12,300][INFO ][o.e.n.Node] [n1] closed""",
        {"code": "AppConfigInvalid"},
    ),
    "postgres data directory open to others": (
        """2024-02-03 10:11:12.001 UTC [1] FATAL:  data directory "/srv/pg" has group or world access
2024-02-03 10:11:12.001 UTC [1] DETAIL:  Permissions should be u=rwx (0700).""",
        {"code": "PermissionDenied", "file": "/srv/pg"},
    ),
    "a name that the words around it hide": (
        """Could not connect to ledger database at ledger.prod.svc.cluster.local:5432 - [Errno -2] Name or service not known (attempt 3/10)
FATAL: giving up""",
        {"code": "NameResolutionFailed", "host": "ledger.prod.svc.cluster.local", "port": 5432},
    ),
    "a name without its port": (
        "cannot connect to cache server at ledger-cache: Name does not resolve",
        {"code": "NameResolutionFailed", "host": "ledger-cache"},
    ),
    "prisma": (
        """PrismaClientInitializationError: Can't reach database server at `ledger-db`:`5432`

Please make sure your database server is running at `ledger-db`:`5432`.
    at t (/srv/node_modules/@prisma/client/runtime/library.js:112:2488)""",
        {"code": "DependencyUnreachable", "host": "ledger-db", "port": 5432},
    ),
    "node fetch": (
        """FetchError: request to http://ledger:8080/v1/entries failed, reason: read ECONNRESET
    at ClientRequest.<anonymous> (/srv/node_modules/node-fetch/lib/index.js:1491:11)""",
        {"code": "DependencyUnreachable", "host": "ledger", "port": 8080},
    ),
    "a pool that gets no connection": (
        """ERROR: Failed to start server in (production) mode
ERROR: Failed to obtain JDBC connection
ERROR: The connection attempt failed.""",
        {"code": "DependencyUnreachable", "sure": False},
    ),
    "a pool whose password is refused": (
        """ERROR: Failed to obtain JDBC connection
ERROR: FATAL: password authentication failed for user "ledger\"""",
        {"code": "AppConfigInvalid", "sure": False},
    ),
    "mongod's records": (
        """{"t":{"$date":"2024-02-03T10:11:12.001+00:00"},"s":"I","c":"CONTROL","id":1,"ctx":"main","msg":"starting"}
{"t":{"$date":"2024-02-03T10:11:12.002+00:00"},"s":"E","c":"WT","id":22435,"ctx":"initandlisten","msg":"WiredTiger error message","attr":{"error":13,"message":{"verbose_level":"ERROR","msg":"__posix_open_file:815:/data/db/WiredTiger.lock: handle-open: open","error_str":"Permission denied","error_code":13}}}
{"t":{"$date":"2024-02-03T10:11:12.003+00:00"},"s":"F","c":"STORAGE","id":28595,"ctx":"initandlisten","msg":"Terminating.","attr":{"reason":"13: Permission denied"}}""",
        {"code": "PermissionDenied"},
    ),
    "npm without the script": (
        """npm ERR! missing script: serve

npm ERR! A complete log of this run can be found in:
npm ERR!     /root/.npm/_logs/2024-02-03T10_11_12_000Z-debug.log""",
        {"code": "CommandNotFound", "file": "serve"},
    ),
    "yarn without the script": (
        """yarn run v1.22.19
error Command "serve" not found.""",
        {"code": "CommandNotFound", "file": "serve"},
    ),
    "python import": (
        """Traceback (most recent call last):
  File "/app/run.py", line 1, in <module>
    import flask
ModuleNotFoundError: No module named 'flask'""",
        {"code": "UnhandledException", "exception": "ModuleNotFoundError"},
    ),
    "python missing script": (
        "python3: can't open file '/app/mian.py': [Errno 2] No such file or directory",
        {"code": "FileMissing", "file": "/app/mian.py"},
    ),
    "python permission": (
        """Traceback (most recent call last):
  File "/app/w.py", line 3, in <module>
    open("/data/out.csv", "w")
PermissionError: [Errno 13] Permission denied: '/data/out.csv'""",
        {"code": "PermissionDenied", "file": "/data/out.csv"},
    ),
    "spring port": (
        """***************************
APPLICATION FAILED TO START
***************************

Description:

Web server failed to start. Port 8443 was already in use.""",
        {"code": "PortConflict", "port": 8443},
    ),
    "jvm caused by": (
        """2024-05-01 10:00:00.123 ERROR 1 --- [           main] o.s.boot.SpringApplication : Application run failed
org.springframework.beans.factory.BeanCreationException: Error creating bean with name 'dataSource'
\tat org.springframework.beans.factory.support.AbstractBeanFactory.doGetBean(AbstractBeanFactory.java:331)
\tat com.shop.Main.main(Main.java:17)
Caused by: org.postgresql.util.PSQLException: Connection to orders-db:5432 refused. Check that the hostname and port are correct.
\tat org.postgresql.core.v3.ConnectionFactoryImpl.openConnectionImpl(ConnectionFactoryImpl.java:342)
\t... 24 more
Caused by: java.net.ConnectException: Connection refused
\tat java.base/sun.nio.ch.Net.pollConnect(Native Method)
\t... 40 more""",
        {"code": "DependencyUnreachable", "host": "orders-db", "port": 5432},
    ),
    "jvm unknown host": (
        """Exception in thread "main" java.lang.RuntimeException: no config
\tat com.acme.App.main(App.java:9)
Caused by: java.net.UnknownHostException: config-server
\tat java.base/java.net.InetAddress.getAllByName(InetAddress.java:1529)
\t... 1 more""",
        {"code": "NameResolutionFailed", "host": "config-server"},
    ),
    "jvm null pointer": (
        """Exception in thread "main" java.lang.NullPointerException: Cannot invoke "String.length()" because "s" is null
\tat java.base/java.util.Objects.requireNonNull(Objects.java:233)
\tat com.acme.billing.Invoice.sum(Invoice.java:41)""",
        {
            "code": "UnhandledException",
            "exception": "NullPointerException",
            "place": "Invoice.java:41",
        },
    ),
    "spring placeholder": (
        "Caused by: java.lang.IllegalArgumentException: Could not resolve "
        "placeholder 'DB_PASSWORD' in value \"${DB_PASSWORD}\"",
        {"code": "MissingEnvVar", "variable": "DB_PASSWORD"},
    ),
    "node refused": (
        """Error: connect ECONNREFUSED 10.3.2.1:6379
    at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1555:16) {
  errno: -111,
  code: 'ECONNREFUSED',
  syscall: 'connect',
  address: '10.3.2.1',
  port: 6379
}

Node.js v20.11.0""",
        {"code": "DependencyUnreachable", "host": "10.3.2.1", "port": 6379},
    ),
    "node name": (
        """node:internal/process/promises:288
            triggerUncaughtException(err, true /* fromPromise */);
            ^

MongoServerSelectionError: getaddrinfo ENOTFOUND mongo-orders
    at Timeout._onTimeout (/app/node_modules/mongodb/lib/sdam/topology.js:278:38)
    at listOnTimeout (node:internal/timers:569:17)

Node.js v18.19.0""",
        {"code": "NameResolutionFailed", "host": "mongo-orders"},
    ),
    "node module": (
        """node:internal/modules/cjs/loader:1080
  throw err;
  ^

Error: Cannot find module '/app/server.js'
    at Module._resolveFilename (node:internal/modules/cjs/loader:1077:15)
    at node:internal/main/run_main_module:23:47 {
  code: 'MODULE_NOT_FOUND',
  requireStack: []
}

Node.js v18.19.0""",
        {"code": "FileMissing", "file": "/app/server.js"},
    ),
    "node type error": (
        """/app/src/index.js:12
  const n = cfg.items.length
                      ^

TypeError: Cannot read properties of undefined (reading 'length')
    at start (/app/src/index.js:12:23)
    at Object.<anonymous> (/app/src/index.js:20:1)

Node.js v20.1.0""",
        {"code": "UnhandledException", "exception": "TypeError", "place": "/app/src/index.js:12"},
    ),
    "node port": (
        """Error: listen EADDRINUSE: address already in use :::3000
    at Server.setupListenHandle [as _listen2] (node:net:1817:16)""",
        {"code": "PortConflict", "port": 3000},
    ),
    "go panic": (
        """panic: runtime error: invalid memory address or nil pointer dereference
[signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x48]

goroutine 1 [running]:
main.(*Store).Load(...)
\t/src/store/load.go:44
main.main()
\t/src/main.go:12 +0x1d""",
        {"code": "UnhandledException", "exception": "panic", "place": "/src/store/load.go:44"},
    ),
    "go fatal on a wrapped file": (
        "2024/01/02 03:04:05 failed to load config: open /etc/relay/config.yaml: no "
        "such file or directory",
        {"code": "FileMissing", "file": "/etc/relay/config.yaml"},
    ),
    "go dns through dial": (
        '{"level":"fatal","ts":1.5,"msg":"cannot start","error":"dial tcp: lookup vault on 10.96.0.10:53: no such host"}',
        {"code": "NameResolutionFailed", "host": "vault"},
    ),
    "go lookup timeout": (
        "Error: dial tcp: lookup api.example.org on 10.96.0.10:53: read udp "
        "10.1.1.1:40000->10.96.0.10:53: i/o timeout",
        {"code": "NameResolutionFailed", "host": "api.example.org"},
    ),
    "go dial refused": (
        'time="2024-05-01T00:00:00Z" level=fatal msg="redis: dial tcp 10.2.3.4:6379: '
        'connect: connection refused"',
        {"code": "DependencyUnreachable", "host": "10.2.3.4", "port": 6379},
    ),
    "go expired certificate": (
        'Get "https://hooks/": tls: failed to verify certificate: x509: certificate '
        "has expired or is not yet valid: current time 2024-05-01T00:00:00Z is after "
        "2024-04-01T00:00:00Z",
        {"code": "CertificateExpired"},
    ),
    "client-go forbidden": (
        "E0501 10:00:00.000000       1 reflector.go:147] failed to list *v1.Pod: "
        'pods is forbidden: User "system:serviceaccount:ops:lister" cannot list '
        'resource "pods" in API group "" at the cluster scope',
        {"code": "RBACForbidden"},
    ),
    "ruby": (
        """/app/boot.rb:4:in `fetch': key not found: "REDIS_URL" (KeyError)
\tfrom /app/boot.rb:4:in `<main>'""",
        {"code": "MissingEnvVar", "variable": "REDIS_URL"},
    ),
    "ruby method": (
        """/app/lib/x.rb:9:in `run': undefined method `foo' for nil:NilClass (NoMethodError)
\tfrom /app/x.rb:2:in `<main>'""",
        {"code": "UnhandledException", "exception": "NoMethodError", "place": "/app/lib/x.rb:9"},
    ),
    "dotnet inner": (
        """Unhandled exception. System.AggregateException: One or more errors occurred. (boom)
 ---> System.Net.Sockets.SocketException (111): Connection refused
   at System.Net.Sockets.Socket.DoConnect(EndPoint endPoint)
   --- End of inner exception stack trace ---
   at Shop.Program.Main(String[] args) in /src/Program.cs:line 14""",
        {"code": "DependencyUnreachable"},
    ),
    "rust": (
        """thread 'main' panicked at src/main.rs:8:41:
called `Result::unwrap()` on an `Err` value: Os { code: 2, kind: NotFound, message: "No such file or directory" }
note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace""",
        {"code": "FileMissing", "place": "src/main.rs:8"},
    ),
    "php": (
        "PHP Fatal error:  Uncaught PDOException: SQLSTATE[HY000] [2002] "
        "php_network_getaddresses: getaddrinfo for db-main failed: Name or service "
        "not known in /var/www/db.php:7",
        {"code": "NameResolutionFailed", "host": "db-main"},
    ),
    "shell unbound": (
        "/run.sh: line 3: API_TOKEN: unbound variable",
        {"code": "MissingEnvVar", "variable": "API_TOKEN"},
    ),
    "shell not found": (
        "/bin/sh: 1: gunicron: not found",
        {"code": "CommandNotFound", "file": "gunicron"},
    ),
    "shell syntax": (
        'sh: syntax error: unexpected end of file (expecting "fi")',
        {"code": "CommandSyntaxError"},
    ),
    "nginx host": (
        'nginx: [emerg] host not found in upstream "api-internal" in '
        "/etc/nginx/conf.d/default.conf:4",
        {"code": "NameResolutionFailed", "host": "api-internal"},
    ),
    "nginx directive": (
        'nginx: [emerg] unknown directive "servr" in /etc/nginx/conf.d/default.conf:1',
        {"code": "AppConfigInvalid"},
    ),
    "nginx port": (
        "nginx: [emerg] bind() to 0.0.0.0:80 failed (98: Address already in use)",
        {"code": "PortConflict"},
    ),
    "nginx low port": (
        "nginx: [emerg] bind() to 0.0.0.0:80 failed (13: Permission denied)",
        {"code": "PermissionDenied", "port": 80},
    ),
    "apache": (
        "AH00526: Syntax error on line 5 of "
        "/usr/local/apache2/conf/httpd.conf:\nInvalid command 'ServrName', perhaps "
        "misspelled",
        {"code": "AppConfigInvalid", "file": "/usr/local/apache2/conf/httpd.conf"},
    ),
    "postgres image": (
        "Error: Database is uninitialized and superuser password is not specified.\n "
        "      You must specify POSTGRES_PASSWORD to a non-empty value for the\n     "
        "  superuser.",
        {"code": "MissingEnvVar", "variable": "POSTGRES_PASSWORD"},
    ),
    "mysql image": (
        "2024-01-01 [ERROR] [Entrypoint]: Database is uninitialized and password "
        "option is not specified\n    You need to specify one of the following as an "
        "environment variable:\n    - MYSQL_ROOT_PASSWORD\n    - "
        "MYSQL_RANDOM_ROOT_PASSWORD",
        {"code": "MissingEnvVar", "variable": "MYSQL_ROOT_PASSWORD"},
    ),
    "postgres parameter": (
        'LOG:  unrecognized configuration parameter "shared_bufers" in file '
        '"/etc/pg.conf" line 2\nFATAL:  configuration file "/etc/pg.conf" contains '
        "errors",
        {"code": "AppConfigInvalid"},
    ),
    "libpq": (
        'psycopg2.OperationalError: connection to server at "pg-main" (10.1.2.3), '
        "port 5432 failed: Connection refused",
        {"code": "DependencyUnreachable", "host": "pg-main", "port": 5432},
    ),
    "libpq name": (
        'could not translate host name "pgmain" to address: Name or service not known',
        {"code": "NameResolutionFailed", "host": "pgmain"},
    ),
    "mysql client": (
        "ERROR 2005 (HY000): Unknown MySQL server host 'mariadb' (-2)",
        {"code": "NameResolutionFailed", "host": "mariadb"},
    ),
    "redis client": (
        "redis.exceptions.ConnectionError: Error 111 connecting to cache:6379. Connection refused.",
        {"code": "DependencyUnreachable", "host": "cache", "port": 6379},
    ),
    "redis configuration": (
        "*** FATAL CONFIG FILE ERROR (Redis 7.2.4) ***\nReading the configuration "
        "file, at line 2\n>>> 'maxmemry 1gb'\nBad directive or wrong number of "
        "arguments",
        {"code": "AppConfigInvalid"},
    ),
    "kafka": (
        "org.apache.kafka.common.config.ConfigException: No resolvable bootstrap "
        "urls given in bootstrap.servers\nWARN Couldn't resolve server kafka-0:9092 "
        "from bootstrap.servers as DNS resolution failed for kafka-0",
        {"code": "NameResolutionFailed", "host": "kafka-0"},
    ),
    "busybox wget": (
        "wget: bad address 'payments'",
        {"code": "NameResolutionFailed", "host": "payments"},
    ),
    "nslookup": (
        "** server can't find payments.shop.svc.cluster.local: NXDOMAIN",
        {"code": "NameResolutionFailed", "host": "payments.shop.svc.cluster.local"},
    ),
    "curl": (
        "curl: (7) Failed to connect to billing port 8080 after 3 ms: Couldn't connect to server",
        {"code": "DependencyUnreachable", "host": "billing", "port": 8080},
    ),
    "retries that end": (
        "Could not connect to queue at mq:5672 - [Errno -2] Name or service not "
        "known (attempt 1/2)\nCould not connect to queue at mq:5672 - [Errno -2] "
        "Name or service not known (attempt 2/2)\nFATAL: giving up, queue mq:5672 is "
        "unreachable",
        {"code": "NameResolutionFailed", "host": "mq", "port": 5672},
    ),
    "an address that refuses": (
        "wget: can't connect to remote host (10.245.0.1): Connection refused",
        {"code": "DependencyUnreachable", "host": "10.245.0.1"},
    ),
    "a host of the line before": (
        "Connecting to ledger:8080 (10.1.2.3:8080)\nwget: download timed out",
        {"code": "DependencyUnreachable", "host": "ledger", "port": 8080},
    ),
    "a package that is missing": (
        "Error: Cannot find module 'left-pad'\nRequire stack:\n- /app/a.js\n"
        "    at Function.x (node:internal/modules/cjs/loader:995:15)",
        {"code": "UnhandledException", "exception": "Error"},
    ),
    "the end of a trace": (
        "KeyError: 'token'",
        {"code": "UnhandledException", "exception": "KeyError", "sure": False},
    ),
    "haproxy": (
        "[ALERT] config : parsing [/etc/haproxy.cfg:3] : unknown keyword 'foo' in 'global'",
        {"code": "AppConfigInvalid", "file": "/etc/haproxy.cfg"},
    ),
    "disk": ("OSError: [Errno 28] No space left on device: '/data/x'", {"code": "DiskFull"}),
    "read only": ("touch: /var/cache/x: Read-only file system", {"code": "ReadOnlyFilesystem"}),
    "unset words": (
        "Environment variable STAGE is undefined",
        {"code": "MissingEnvVar", "variable": "STAGE"},
    ),
    "empty words": (
        "fatal: SESSION_KEY is empty",
        {"code": "MissingEnvVar", "variable": "SESSION_KEY"},
    ),
    "must be set": (
        "Error: the environment variable LICENSE must be set",
        {"code": "MissingEnvVar", "variable": "LICENSE"},
    ),
    "missing list": (
        "Missing required environment variables: SMTP_HOST, SMTP_PORT",
        {"code": "MissingEnvVar", "variable": "SMTP_HOST"},
    ),
    "heap": (
        "java.lang.OutOfMemoryError: Java heap space",
        {"code": "UnhandledException", "memory": True},
    ),
    "exec format": ("exec /usr/local/bin/server: exec format error", {"code": "ExecFormatError"}),
    "exec missing interpreter": (
        "exec /docker-entrypoint.sh: no such file or directory",
        {"code": "CommandNotFound", "file": "/docker-entrypoint.sh"},
    ),
    "parse": (
        "FATAL: could not parse configuration file: Expecting value: line 1 column 2 (char 1)",
        {"code": "AppConfigInvalid"},
    ),
    "flag": ("Error: unknown flag: --verbsoe", {"code": "InvalidArguments", "sure": False}),
    "password": (
        'FATAL:  password authentication failed for user "app"',
        {"code": "AppConfigInvalid", "sure": False},
    ),
}


@pytest.mark.parametrize(("log", "told"), CASES.values(), ids=CASES.keys())
def test_the_reason_is_named_when_the_log_tells_it(log: str, told: dict[str, object]) -> None:
    best = read_log(log.splitlines())[0]
    assert {name: getattr(best, name) for name in told} == told
    assert 1 <= len(best.lines) <= 4


QUIET = {
    "a server at work": "INFO started\nGET /health 200\nrequests=12 errors=0\nlistening on :8080",
    "names of variables": "Using environment variable DATABASE_URL\nenv: NODE_ENV=production",
    "a count of errors": "batch done: 0 failed, 0 errors",
    "a set variable": "FEATURE_X is set to true",
}


@pytest.mark.parametrize("log", QUIET.values(), ids=QUIET.keys())
def test_nothing_is_said_when_the_log_is_healthy(log: str) -> None:
    assert read_log(log.splitlines()) == ()


def test_an_error_that_was_survived_is_marked_so() -> None:
    lines = [
        "WARN redis: connection refused, retrying",
        *(f"INFO request {number} done" for number in range(20)),
    ]
    assert [finding.ended for finding in read_log(lines)] == [False]


def test_the_last_error_wins_when_an_earlier_one_was_retried() -> None:
    lines = [
        "WARN cannot connect to cache:6379: connection refused, will retry",
        "INFO connected",
        "Traceback (most recent call last):",
        '  File "/app/a.py", line 2, in <module>',
        "    1 / 0",
        "ZeroDivisionError: division by zero",
    ]
    assert [finding.code for finding in read_log(lines)] == [
        "UnhandledException",
        "DependencyUnreachable",
    ]


@given(st.lists(st.text(max_size=200), max_size=30))
def test_any_text_is_read_without_a_crash(lines: list[str]) -> None:
    for finding in read_log(lines):
        assert 1 <= len(finding.lines) <= 4


HOSTILE = {
    "spaces": " " * 100_000,
    "names": "A_" * 50_000,
    "connect": "connect to " * 20_000,
    "quotes": "\"'" * 50_000 + " no such file or directory",
    "json": "{" * 50_000 + "}",
    "dots": "a." * 50_000 + "Error: x",
    "denied": "/" * 60_000 + ": permission denied",
    "config": "failed to load the " * 5_000 + "config",
}


@pytest.mark.parametrize("line", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_line_costs_little(line: str) -> None:
    started = time.thread_time()
    read_log([line] * 3)
    assert time.thread_time() - started < 2.0


@pytest.mark.parametrize(
    "line",
    [
        'pq: no pg_hba.conf entry for host "10.9.8.7", user "ledger", database "ledger", SSL off',
        'FATAL 28000 pg_hba.conf rejects connection for host "10.9.8.7", user "ledger"',
        "ERROR 1049 (42000): Unknown database 'ledger'",
        "Host '10.9.8.7' is not allowed to connect to this MariaDB server",
        "(403) ACCESS_REFUSED - Login was refused using authentication mechanism PLAIN.",
        "SqlException (0x80131904): Login failed for user 'ledger'.",
        "ORA-01017: invalid username/password; logon denied",
        "SaslAuthenticationException: Authentication failed during authentication",
        "unable to authenticate user [ledger] for REST request [/_bulk]",
        "An error occurred (InvalidClientTokenId) when calling the GetCallerIdentity operation",
        "NoCredentialsError: Unable to locate credentials",
        "google: could not find default credentials. See the documentation",
        "failed to refresh cached credentials, no EC2 IMDS role found",
    ],
)
def test_a_service_that_does_not_let_the_program_in_is_no_proof_of_the_reason(line: str) -> None:
    found = read_log([f"ERROR {line}"])
    assert [(each.code, each.sure) for each in found] == [("AppConfigInvalid", False)]


@pytest.mark.parametrize(
    "line",
    ["FATAL:  sorry, too many clients already", "ERROR 1040 (HY000): Too many connections"],
)
def test_a_service_that_takes_no_more_is_out_of_reach(line: str) -> None:
    found = read_log([line])
    assert [(each.code, each.sure) for each in found] == [("DependencyUnreachable", False)]
