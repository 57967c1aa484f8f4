// Leads http and https of a program to the proxy that acslab is, before the program's own modules are loaded. Node does it by itself
// from version 24 on; there this does nothing.
'use strict';

const http = require('node:http');
const https = require('node:https');
const tls = require('node:tls');

const proxy = process.env.HTTPS_PROXY || process.env.https_proxy;
const near = (host) => !host || host === 'localhost' || host === '::1' || host === '[::1]' || /^127\./.test(host);

if (proxy && Number(process.versions.node.split('.')[0]) < 24) {
  const { hostname, port } = new URL(proxy);

  // A connection to HOST:PORT through the proxy.
  const connect = (host, toPort, done) => {
    const name = host.includes(':') ? `[${host}]` : host;
    const request = http.request({ host: hostname, port, method: 'CONNECT', path: `${name}:${toPort}`, agent: false });
    request.once('connect', (answer, socket, head) => {
      if (answer.statusCode !== 200) {
        socket.destroy();
        done(Object.assign(new Error(`${host}: ${answer.statusCode} ${answer.statusMessage}`), { code: 'ECONNREFUSED' }));
        return;
      }
      if (head.length) socket.unshift(head);
      done(null, socket);
    });
    request.once('error', done);
    request.end();
  };

  const plain = http.Agent.prototype.createConnection;
  http.Agent.prototype.createConnection = function createConnection(options, done) {
    if (options.socketPath || near(options.host) || typeof done !== 'function') return plain.call(this, options, done);
    connect(options.host, options.port || 80, done);
    return undefined;
  };

  const secure = https.Agent.prototype.createConnection;
  https.Agent.prototype.createConnection = function createConnection(options, done) {
    if (options.socketPath || near(options.host) || typeof done !== 'function') return secure.call(this, options, done);
    connect(options.host, options.port || 443, (error, socket) => {
      if (error) {
        done(error);
        return;
      }
      const servername = options.servername || options.host;
      done(null, tls.connect({ ...options, socket, servername, host: undefined, port: undefined, path: undefined }));
    });
    return undefined;
  };
}
