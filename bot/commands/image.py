"""Can this image be pulled, by whom, for which platforms, and if not, what is near?

The answer is the registry's to this machine: a node may sit behind a mirror or have credentials
of its own.
"""

from __future__ import annotations

import re
from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from bot.commands.common import (
    Exit,
    add_output_option,
    complain,
    run,
    settings_for,
    show,
)

if TYPE_CHECKING:
    from bot.images import ImageRef
    from bot.sources import PullCredential
    from config.settings import Settings

_SECRET = re.compile(r"(?:[a-z0-9-]{1,63}/)?[a-z0-9.-]{1,253}")
EXAMPLES = """\
examples:
  python -m bot image ghcr.io/acme/api:1.4.2
  python -m bot image acme/api:1.4.2 --pull-secret shop/regcred

exit codes: 0 it can be pulled, 1 it cannot, 64 wrong usage, 69 the cluster could not be reached
"""


def configure(parser: ArgumentParser) -> None:
    """Add the options of the command."""
    parser.add_argument("image", metavar="REF", help="an image reference, as in a pod template")
    parser.add_argument(
        "--pull-secret",
        metavar="NS/NAME",
        default="",
        help="ask with this pull secret of the cluster too",
    )
    parser.add_argument("--context", metavar="NAME", help="the kubeconfig context to use")
    add_output_option(parser, "text", "json")


def execute(options: Namespace) -> int:
    """Ask the registry and print what it says."""
    from bot.images import InvalidReferenceError, parse

    try:
        image = parse(options.image)
    except InvalidReferenceError as error:
        complain(f"{options.image!r} is no image reference: {error}.")
        return Exit.USAGE
    if options.pull_secret and not _SECRET.fullmatch(options.pull_secret):
        complain(
            f"{options.pull_secret!r} is no pull secret: name it NAMESPACE/NAME, for example"
            " shop/regcred."
        )
        return Exit.USAGE
    return run(lambda: _ask(options, image))


async def _ask(options: Namespace, image: ImageRef) -> int:
    from bot.registries import client
    from bot.registries.answers import ImageFound, TagAbsent
    from bot.registries.tags import nearest
    from bot.render.image import ImageAnswer, render
    from bot.render.json import encode_answer

    settings = settings_for(options)
    credentials = await _credentials(options, settings, image)
    async with client.connect(settings.registries) as registry:
        look_up = await registry.look_up(image, credentials)
        tags = await registry.tags(image, credentials) if isinstance(look_up, TagAbsent) else None
    answer = ImageAnswer(
        image=str(image),
        look_up=look_up,
        nearest=nearest(image.version, tags.tags) if tags else (),
    )
    show(encode_answer(answer).decode() if options.output == "json" else render(image, answer))
    return Exit.DONE if isinstance(look_up, ImageFound) else Exit.EXPLAINED


async def _credentials(
    options: Namespace, settings: Settings, image: ImageRef
) -> tuple[PullCredential, ...]:
    if not options.pull_secret:
        return ()
    import msgspec

    from bot.cluster import client as kubernetes

    namespace, _, name = options.pull_secret.rpartition("/")
    readable = msgspec.structs.replace(settings.cluster, read_pull_secrets=True)
    async with kubernetes.connect(readable) as cluster:
        return await cluster.pull_credentials(
            namespace or cluster.default_namespace, (name,), image
        )
