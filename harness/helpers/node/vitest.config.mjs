export default { test: { globalSetup: './global-setup.js', include: ['example/*.vitest.mjs'] } };
