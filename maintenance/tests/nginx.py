"""A real nginx in front of a real service, by deploy/nginx/dndimages.conf."""

from __future__ import annotations

import os
import shutil
import signal
import ssl
import subprocess
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Any

import httpx2
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.utils import timezone

from dndimages.tests.service import ROOT, Service, eventually, free_port

CONF = ROOT / "deploy" / "nginx" / "dndimages.conf"
BINARY = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
_MAIN = """
daemon off;
{user}
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 256; }}
http {{
    include /etc/nginx/mime.types;
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/dndimages.conf;
}}
"""


class Nginx:
    """In front of ``service``, with our file as it is but for places, ports and names."""

    def __init__(self, folder: Path, service: Service) -> None:
        self.folder = folder
        self.plain, self.secure = free_port(), free_port()
        self.url = f"https://localhost:{self.secure}"
        self.client = httpx2.Client(verify=self._certificate(), trust_env=False, timeout=60)
        (folder / "dndimages.conf").write_text(self._conf(service))
        user = "user root;" if os.geteuid() == 0 else ""
        (folder / "nginx.conf").write_text(_MAIN.format(folder=folder, user=user))
        self._process: subprocess.Popen[bytes] | None = None

    def _conf(self, service: Service) -> str:
        text = CONF.read_text()
        for ours, here in (
            ("127.0.0.1:8000", f"127.0.0.1:{service.ports[0]}"),
            ("listen 80;", f"listen 127.0.0.1:{self.plain};"),
            ("    listen [::]:80;\n", ""),
            ("listen 443 ssl", f"listen 127.0.0.1:{self.secure} ssl"),
            ("    listen [::]:443 ssl http2;\n", ""),
            ("pictures.example", "localhost"),
            ("/etc/ssl/dndimages", str(self.folder)),
            ("/var/lib/dndimages", str(service.data_dir)),
        ):
            assert ours in text, f"{ours!r} is no longer in {CONF.name}"
            text = text.replace(ours, here)
        return text

    def __enter__(self) -> Nginx:
        assert BINARY is not None
        self._process = subprocess.Popen(
            [BINARY, "-p", str(self.folder), "-c", str(self.folder / "nginx.conf")]
        )
        eventually(lambda: self.get("/livez").status_code == 200, timeout=20)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.client.close()
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(20)

    def get(self, path: str, **options: Any) -> httpx2.Response:
        return self.client.get(self.url + path, **options)

    def request(self, method: str, path: str, **options: Any) -> httpx2.Response:
        return self.client.request(method, self.url + path, **options)

    def _certificate(self) -> ssl.SSLContext:
        """For localhost, signed by itself; trusted by our client alone."""
        key, name = (
            ec.generate_private_key(ec.SECP256R1()),
            x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")]),
        )
        now = timezone.now()
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name).issuer_name(name).public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
            .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(key, hashes.SHA256())
        )  # fmt: skip
        pem = serialization.Encoding.PEM
        (self.folder / "fullchain.pem").write_bytes(certificate.public_bytes(pem))
        (self.folder / "privkey.pem").write_bytes(
            key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        )
        return ssl.create_default_context(cafile=str(self.folder / "fullchain.pem"))
