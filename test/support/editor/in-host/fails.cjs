const assert = require('node:assert/strict');

describe('a suite', () => {
  it('that fails on purpose', () => assert.equal(1, 2));
});
