// One cloud for all workers of a run: `globalSetup` of Jest and of Vitest. It ends with the run.
'use strict';

const { Cloud } = require('./index.js');

module.exports = async function setup() {
  if (process.env.ACSLAB_ENDPOINT) return undefined;
  const cloud = await Cloud.start();
  process.env.ACSLAB_ENDPOINT = cloud.endpoint;
  // Vitest calls what this gives; under Jest the cloud ends with the process.
  return () => cloud.stop();
};
