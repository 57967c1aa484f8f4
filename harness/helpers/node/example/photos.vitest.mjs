import { expect, test } from 'vitest';

import { withAccount } from '../index.js';
import { UPLOADER, bucket, nameOf } from './photos.js';

test('an uploader writes to its folder and nowhere else', withAccount({ open: ['oss'] }, async (account) => {
  await bucket(account).putBucket(nameOf(account));
  const uploader = bucket(await account.user('uploader', UPLOADER));
  await uploader.put('incoming/cat.jpg', Buffer.from('a cat'));
  await expect(uploader.put('published/cat.jpg', Buffer.from('a cat'))).rejects.toThrow(/AccessDenied|no right/i);
}));
