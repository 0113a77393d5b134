import { roundTrip, VectorStore } from '../../../src/store';
import { gibibyte, keyOf, rowsFrom } from './rows';

/** Puts rows from a number on, two at a time, until it is killed, and tells its parent what is put. */
const [folder, first] = process.argv.slice(2) as [string, string];
const store = await VectorStore.open({ folder, maxBytes: gibibyte });
for (let next = Number(first); ; next += 2) {
  await store.put(keyOf('m'), roundTrip(rowsFrom(next, 2)));
  process.send!(next + 2);
}
