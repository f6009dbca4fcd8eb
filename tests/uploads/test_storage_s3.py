"""Files in an S3 bucket: a real server of the protocol on loopback."""

from __future__ import annotations

import dataclasses
import secrets
from collections.abc import Iterator

import boto3
import pytest
from flask import Flask
from moto.server import ThreadedMotoServer
from s3fs import S3FileSystem

from core.database import db
from models import AttachmentKind
from uploads import Upload, attach, storage

SECRETS = {"aws_access_key_id": "park", "aws_secret_access_key": "secret"}


@pytest.fixture
def bucket(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[object]:
    """The application with STORAGE_URL=s3://bucket/park, and the bucket itself."""
    S3FileSystem.clear_instance_cache()  # it remembers where it was connected to
    name = f"files-{secrets.token_hex(4)}"  # the servers of a process share their buckets
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    _host, port = server.get_host_and_port()
    endpoint = f"http://127.0.0.1:{port}"
    for variable, value in {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "park",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_DEFAULT_REGION": "us-east-1",
    }.items():
        monkeypatch.setenv(variable, value)
    s3 = boto3.resource("s3", endpoint_url=endpoint, region_name="us-east-1", **SECRETS)
    files = s3.create_bucket(Bucket=name)
    former = app.config["SETTINGS"]
    app.config["SETTINGS"] = dataclasses.replace(former, storage_url=f"s3://{name}/park")
    try:
        yield files
    finally:
        app.config["SETTINGS"] = former
        server.stop()


def test_a_file_is_saved_read_and_deleted_in_a_bucket(bucket) -> None:
    key = storage.save(b"%PDF-1.7 licence")
    assert [one.key for one in bucket.objects.all()] == [f"park/{key}"]
    with storage.open(key) as file:
        assert file.read() == b"%PDF-1.7 licence"
    storage.delete(key)
    assert list(bucket.objects.all()) == []
    storage.delete(key)  # gone already: no error
    with pytest.raises(FileNotFoundError):
        storage.open(key).read()


def test_a_key_that_is_none_of_ours_leads_nowhere(bucket) -> None:
    bucket.put_object(Key="other", Body=b"not ours")
    with pytest.raises(ValueError, match="not a storage key"):
        storage.open("../other")


def test_an_upload_that_is_rolled_back_leaves_nothing_in_the_bucket(bucket, cast) -> None:
    upload = Upload(b"%PDF-1.7", "application/pdf", "licence.pdf")
    attach(cast.bridge, AttachmentKind.LICENCE, upload, cast.bella)
    assert len(list(bucket.objects.all())) == 1
    db.session.rollback()
    assert list(bucket.objects.all()) == []
