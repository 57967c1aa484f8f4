const { withAccount } = require('..');
const { UPLOADER, bucket, nameOf } = require('./photos.js');

test('an uploader writes to its folder and nowhere else', withAccount({ open: ['oss'] }, async (account) => {
  await bucket(account).putBucket(nameOf(account));
  const uploader = bucket(await account.user('uploader', UPLOADER));
  await uploader.put('incoming/cat.jpg', Buffer.from('a cat'));
  await expect(uploader.put('published/cat.jpg', Buffer.from('a cat'))).rejects.toThrow(/AccessDenied|no right/i);
}));

test('and another test has a bucket of its own', withAccount({ open: ['oss'] }, async (account) => {
  await bucket(account).putBucket(nameOf(account));
}));
