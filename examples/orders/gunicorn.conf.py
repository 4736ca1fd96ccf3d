"""How the service is served; see Procfile. What differs between environments is in config.py."""

import os
import shutil
import tempfile

from orders.config import Settings
from orders.logs import log_config

settings = Settings()

bind = f"{settings.host}:{settings.port}"
workers = settings.web_concurrency
worker_class = "orders.worker.DrainingWorker"
logconfig_dict = log_config(settings.log_level)

if settings.tls_cert_file and settings.tls_key_file:
    # Read when a worker starts: SIGHUP replaces the workers, and with them the certificate.
    certfile = str(settings.tls_cert_file)
    keyfile = str(settings.tls_key_file)

# Longer than the idle timeout of the load balancer in front (60 s): the side that sends requests
# must be the one that closes an idle connection.
keepalive = 75

# worker.py needs 22 s at most to drain; platforms kill after 30 s.
graceful_timeout = 25
timeout = 30

# Its default place is one file in the home directory, shared by every gunicorn of the user.
control_socket_disable = True


def on_starting(server):
    """A directory of this start's own: numbers of an earlier one never mix with it.

    prometheus_client decides where it keeps numbers when it is imported, which is why nothing
    imported above may import it.
    """
    if settings.prometheus_multiproc_dir:
        settings.prometheus_multiproc_dir.mkdir(parents=True, exist_ok=True)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(
        prefix="orders-metrics-", dir=settings.prometheus_multiproc_dir
    )


def child_exit(server, worker):
    from prometheus_client import multiprocess

    multiprocess.mark_process_dead(worker.pid)


def on_exit(server):
    shutil.rmtree(os.environ["PROMETHEUS_MULTIPROC_DIR"], ignore_errors=True)
