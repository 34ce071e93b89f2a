"""Pictures and backups in an S3-compatible bucket. Loaded where one is set: boto3 takes its time."""

from __future__ import annotations

from typing import Any

from botocore.config import Config
from storages.backends.s3 import S3Storage


class S3PictureStorage(S3Storage):  # type: ignore[misc]  # it has no types
    """An S3-compatible bucket; a single put is atomic. A bucket that is away is told within seconds."""

    def __init__(self, **options: Any) -> None:
        patience = Config(connect_timeout=1, read_timeout=20, retries={"total_max_attempts": 2})
        super().__init__(**{"client_config": patience, **options})

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        return name

    def refuse_unusable(self) -> None:
        """Raises what boto3 raises where the bucket does not answer, does not know us, or is not there."""
        self.connection.meta.client.head_bucket(Bucket=self.bucket_name)
