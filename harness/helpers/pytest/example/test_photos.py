"""Who may do what with a bucket, tested with oss2."""

import oss2
import pytest

UPLOADER = {
    "Version": "1",
    "Statement": [{"Effect": "Allow", "Action": "oss:PutObject", "Resource": "acs:oss:*:*:photos-*/incoming/*"}],
}


def bucket(identity):
    """Names of buckets are one for all accounts, so each has that of its account."""
    auth = oss2.AuthV4(identity.key_id, identity.key_secret)
    return oss2.Bucket(auth, identity.endpoint, f"photos-{identity.account_id}", region=identity.region)


@pytest.mark.acslab(open=["oss"])
def test_an_uploader_writes_to_its_folder_and_nowhere_else(acslab_account):
    bucket(acslab_account).create_bucket()
    uploader = bucket(acslab_account.user("uploader", UPLOADER))
    uploader.put_object("incoming/cat.jpg", b"a cat")
    with pytest.raises(oss2.exceptions.AccessDenied):
        uploader.put_object("published/cat.jpg", b"a cat")
    with pytest.raises(oss2.exceptions.AccessDenied):
        uploader.get_object("incoming/cat.jpg")
