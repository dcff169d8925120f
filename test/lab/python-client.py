"""Lists, watches and executes with Debian's python3-kubernetes; prints what it saw, a line each."""

import sys

from kubernetes import client, config, watch
from kubernetes.client.rest import ApiException
from kubernetes.stream import stream

config.load_kube_config(config_file=sys.argv[1])
core = client.CoreV1Api()

print("nodes", " ".join(sorted(node.metadata.name for node in core.list_node().items)))

created = core.create_namespaced_config_map(
    "default", client.V1ConfigMap(metadata=client.V1ObjectMeta(name="python"), data={"round": "0"})
)
for number in range(1, 4):
    core.patch_namespaced_config_map("python", "default", {"data": {"round": str(number)}})
core.delete_namespaced_config_map("python", "default")
seen = []
for event in watch.Watch().stream(
    core.list_namespaced_config_map,
    "default",
    field_selector="metadata.name=python",
    resource_version=created.metadata.resource_version,
    timeout_seconds=20,
):
    seen.append(f"{event['type']}:{event['object'].data['round']}")
    if event["type"] == "DELETED":
        break
print("watched", " ".join(seen))

try:
    core.read_namespaced_pod("nobody", "default")
except ApiException as refused:
    print("refused", refused.status, refused.reason)

pod = core.list_namespaced_pod("default", label_selector="app=hello").items[0].metadata.name
said = stream(
    core.connect_get_namespaced_pod_exec,
    pod,
    "default",
    command=["sh", "-c", "echo out; echo err >&2"],
    stdout=True,
    stderr=True,
    stdin=False,
    tty=False,
)
print("executed", " ".join(sorted(said.split())))

session = stream(
    core.connect_get_namespaced_pod_exec,
    pod,
    "default",
    command=["sh", "-c", "read line; echo heard $line; exit 3"],
    stdout=True,
    stderr=True,
    stdin=True,
    tty=False,
    _preload_content=False,
)
session.write_stdin("something\n")
session.run_forever(timeout=20)
print("talked", session.read_stdout().strip(), session.returncode)

print("logged", "yes" if core.read_namespaced_pod_log(pod, "default", tail_lines=1) is not None else "no")
