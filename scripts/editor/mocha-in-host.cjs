// The entry that the extension host loads: runs the mocha files named in EDITOR_TEST_FILES (a JSON list of paths).
const Mocha = require('mocha');

exports.run = async () => {
  const { files, options } = JSON.parse(process.env.EDITOR_TEST_FILES);
  const mocha = new Mocha({ timeout: 60_000, color: false, ...options });
  for (const file of files) mocha.addFile(file);
  await mocha.loadFilesAsync();
  const failures = await new Promise((done) => mocha.run(done));
  if (failures > 0) throw new Error(`${failures} of the tests in the editor failed.`);
};
