"""Certificates: each way in which one is not good has its own words."""

from __future__ import annotations

import datetime as dt
import ssl
from collections.abc import Sequence
from pathlib import Path

import pytest
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bot.evidence import GapReason
from bot.images import parse
from bot.registries.answers import MissingOrPrivate
from bot.registries.client import connect
from bot.sources import SourceError
from config.settings import RegistriesSettings, RegistrySettings

HOST = "registry.example.com"


def certificate(folder: Path, name: str, days: int) -> Path:
    """A certificate for `name` that signs itself and is good until so many days from now."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=30))
        .not_valid_after(now + dt.timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / f"{name}.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return file


async def ask(file: Path) -> object:
    """Ask a registry with this certificate; its name resolves to where it listens."""

    async def resolver(host: str, port: int) -> Sequence[str]:
        return ["127.0.0.1"]

    async def handler(request: web.Request) -> web.Response:
        return web.Response(status=404)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handler)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(file)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
        endpoint = f"https://{HOST}:{runner.addresses[0][1]}"
        site = RegistrySettings(host=HOST, endpoint=endpoint, allow_private=True)
        async with connect(RegistriesSettings(configured=(site,)), resolver=resolver) as registry:
            return await registry.look_up(parse(f"{HOST}/shop/api:1"))
    finally:
        await runner.cleanup()


async def detail_of(file: Path) -> str:
    with pytest.raises(SourceError) as caught:
        await ask(file)
    assert caught.value.reason is GapReason.UNREACHABLE
    return caught.value.detail.replace(f"https://{HOST}", "").partition(":")[2].strip()


async def test_the_gap_says_untrusted_when_the_authority_is_unknown(tmp_path: Path) -> None:
    detail = await detail_of(certificate(tmp_path, HOST, 30))
    assert detail.endswith("is signed by an authority that is not trusted")


async def test_the_gap_says_another_name_when_the_certificate_is_for_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = certificate(tmp_path, "other.example.com", 30)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    assert (await detail_of(file)).endswith("is for another name")


async def test_the_gap_says_expired_when_the_certificate_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = certificate(tmp_path, HOST, -1)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    assert (await detail_of(file)).endswith("has expired")


async def test_the_registry_is_asked_when_a_companys_own_authority_is_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = certificate(tmp_path, HOST, 30)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    assert isinstance(await ask(file), MissingOrPrivate)
