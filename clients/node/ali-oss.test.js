'use strict';

// ali-oss: objects, versions, multipart, appending, symlinks, settings.

const assert = require('node:assert/strict');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { after, before, describe, it } = require('node:test');

const OSS = require('ali-oss');
const Core = require('@alicloud/pop-core').RPCClient;

const { start } = require('./cloud');

for (const authorizationV4 of [true, false]) {
  describe(`ali-oss with signature ${authorizationV4 ? 'V4' : 'V1'}`, () => {
    let cloud;
    let store;

    before(async () => {
      cloud = await start();
      const endpoint = `http://${cloud.address}`;
      const key = { accessKeyId: cloud.owner.id, accessKeySecret: cloud.owner.secret };
      const core = new Core({ ...key, endpoint, apiVersion: '2019-04-22' });
      await core.request('OpenOssService', {}, { method: 'POST' });
      store = new OSS({ ...key, endpoint, region: 'oss-cn-hangzhou', bucket: 'photos', authorizationV4 });
      await store.putBucket('photos');
    });

    after(() => cloud.stop());

    it('puts, heads, copies, lists and deletes', async () => {
      const put = await store.put('a folder/é.txt', Buffer.from('content'), { meta: { who: 'me' } });
      assert.equal(put.res.status, 200);
      const head = await store.head('a folder/é.txt');
      assert.deepEqual([head.meta.who, head.res.headers['content-length']], ['me', '7']);
      await store.copy('copy.txt', 'a folder/é.txt');
      assert.equal((await store.get('copy.txt')).content.toString(), 'content');
      const { objects } = await store.listV2({ 'max-keys': 10 });
      assert.deepEqual(objects.map(({ name }) => name), ['a folder/é.txt', 'copy.txt']);
      await assert.rejects(store.head('copy.txt', { headers: { 'If-Match': '"x"' } }), { status: 412 });
      await store.deleteMulti(['a folder/é.txt', 'copy.txt']);
      await assert.rejects(store.get('copy.txt'), { code: 'NoSuchKey', status: 404 });
    });

    it('uploads in parts, and goes on where it broke off', async () => {
      const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'acslab-')), 'file');
      fs.writeFileSync(file, Buffer.alloc(350 * 1024, 'x'));
      let checkpoint;
      const progress = (done, kept) => {
        checkpoint = kept;
        if (done > 0.5) throw new Error('broken off');
      };
      const options = { partSize: 100 * 1024, parallel: 1 };
      await assert.rejects(store.multipartUpload('big', file, { ...options, progress }));
      assert.ok(checkpoint.doneParts.length >= 1);
      await store.multipartUpload('big', file, { ...options, checkpoint });
      const head = await store.head('big');
      assert.deepEqual(
        [head.res.headers['content-length'], head.res.headers['x-oss-object-type']],
        [String(350 * 1024), 'Multipart'],
      );
      await store.multipartUploadCopy('copied', { sourceKey: 'big', sourceBucketName: 'photos' }, { partSize: 100 * 1024 });
      assert.equal((await store.head('copied')).res.headers['content-length'], String(350 * 1024));
    });

    it('appends and links', async () => {
      const first = await store.append('log', Buffer.from('one'));
      await store.append('log', Buffer.from('two'), { position: first.nextAppendPosition });
      assert.equal((await store.get('log')).content.toString(), 'onetwo');
      await assert.rejects(store.append('log', Buffer.from('x'), { position: 1 }), { code: 'PositionNotEqualToLength' });
      await store.putSymlink('link', 'log');
      assert.equal((await store.get('link')).content.toString(), 'onetwo');
      assert.equal((await store.getSymlink('link')).targetName, 'log');
    });

    it('keeps versions', async () => {
      await store.putBucket('versioned');
      await store.putBucketVersioning('versioned', 'Enabled');
      store.useBucket('versioned');
      try {
        const one = await store.put('k', Buffer.from('one'));
        await store.put('k', Buffer.from('two'));
        const versionId = one.res.headers['x-oss-version-id'];
        assert.equal((await store.get('k', { versionId })).content.toString(), 'one');
        const gone = await store.delete('k');
        assert.equal(gone.res.headers['x-oss-delete-marker'], 'true');
        const { objects, deleteMarker } = await store.getBucketVersions();
        assert.deepEqual([objects.length, deleteMarker.length], [2, 1]);
      } finally {
        store.useBucket('photos');
      }
    });

    it('gives settings back', async () => {
      await store.putBucketCORS('photos', [{ allowedOrigin: '*', allowedMethod: ['GET', 'PUT'], maxAgeSeconds: '5' }]);
      const { rules } = await store.getBucketCORS('photos');
      assert.deepEqual(rules, [{ allowedOrigin: '*', allowedMethod: ['GET', 'PUT'], maxAgeSeconds: '5' }]);
      await store.putBucketLifecycle('photos', [{ id: 'r', prefix: 'tmp/', status: 'Enabled', expiration: { days: 1 } }]);
      assert.equal((await store.getBucketLifecycle('photos')).rules[0].id, 'r');
      await store.putBucketReferer('photos', true, ['http://a.example.com']);
      assert.deepEqual((await store.getBucketReferer('photos')).referers, ['http://a.example.com']);
      await store.putBucketWebsite('photos', { index: 'index.html', error: 'error.html' });
      assert.equal((await store.getBucketWebsite('photos')).index, 'index.html');
      await store.putBucketTags('photos', { a: '1' });
      assert.deepEqual((await store.getBucketTags('photos')).tag, { a: '1' });
      const { wormId } = await store.initiateBucketWorm('photos', '1');
      assert.equal((await store.getBucketWorm('photos')).wormId, wormId);
      await store.abortBucketWorm('photos');
    });
  });
}
