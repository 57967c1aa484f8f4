// What both examples are about: a bucket, and somebody who may write to one folder of it. Names of buckets are one for all accounts, so each
// has that of its account.
'use strict';

const OSS = require('ali-oss');

const UPLOADER = {
  Version: '1',
  Statement: [{ Effect: 'Allow', Action: 'oss:PutObject', Resource: 'acs:oss:*:*:photos-*/incoming/*' }],
};

const nameOf = ({ accountId }) => `photos-${accountId}`;

function bucket(identity) {
  const { accessKeyId, accessKeySecret, endpoint, region } = identity;
  return new OSS({ accessKeyId, accessKeySecret, endpoint, region: `oss-${region}`, bucket: nameOf(identity), authorizationV4: true });
}

module.exports = { UPLOADER, bucket, nameOf };
