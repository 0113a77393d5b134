import { setImmediate } from 'node:timers/promises';
import { throwIfAborted } from '../base/errors';
import { quantile } from '../core/calibrate';
import { type DatasetSource, type DocumentText, documentSlices, turnRangeToDocument } from '../core/dataset';
import { type AgreeingTokens, type ReadyProbe, type TurnRange, agreeingTokens, massiveTokens, tokenValues } from '../core/probe';
import type { CharRange, DatasetRecord, RecordVectors } from '../core/types';
import type { Engine } from '../engine/engine';
import type { LoadedModel } from '../engine/loadedModel';
import type { RecordSpans } from '../store';
import type { ScoringAssets } from './assets';
import type { MarkMemory } from './markMemory';
import { refusedWords } from './faultWords';
import { type PassCare, type PassHooks, isFaultOfRows, withoutSetAside } from './pass';
import type { AuditRow, PreparedRecord } from './rows';
import type { FoundMarks, RowMarks } from './score/marks';

/** Rows whose tokens are read, however many are flagged. */
export const mostMarked = 200;
/** Rows between two tellings: ranks of all rows are gathered for each. */
const toldAtOnce = 16;

interface TokenPassParts {
  engine: () => Promise<Engine>;
  model: LoadedModel;
  assets: ScoringAssets;
  vectors: ReadonlyMap<string, RecordVectors>;
  memory: MarkMemory;
  care: PassCare;
  scoreKey: string;
  source: DatasetSource;
}

/** The second, cheap pass over the rows to review: token by token, which of them carry the mark. */
export class TokenPass {
  private readonly reading: { probe: ReadyProbe; ordinary: number } | null;
  /** What the model was run for. */
  readonly found: RecordSpans[] = [];

  constructor(private readonly parts: TokenPassParts) {
    this.reading = readingProbe(parts.assets);
  }

  /**
   * @param onMarks a row's marks, before `hooks.onRows` tells of it
   * @throws CancelledError, EngineError, DatasetError
   */
  async run(rows: AuditRow[], onMarks: (row: AuditRow, marks: RowMarks) => void, { onRows, onProgress, signal }: PassHooks): Promise<void> {
    if (!this.reading) return;
    const { care, source } = this.parts;
    const wanted = withoutSetAside(rows, 'tokens', care);
    if (!wanted.length) return;
    const document = await documentSlices(source, wanted.map(({ range }) => range));
    let ran = 0;
    let untold: AuditRow[] = [];
    for (const [i, row] of wanted.entries()) {
      throwIfAborted(signal);
      const marks = async (prepared: PreparedRecord): Promise<FoundMarks> => {
        const known = this.parts.memory.get(this.parts.scoreKey, prepared.record.hash);
        ran += known ? 0 : 1;
        return inDocument(prepared.record, known ?? (await this.read(prepared, signal)), document);
      };
      try {
        onMarks(row, { main: await marks(row.main), rejected: row.rejected && (await marks(row.rejected)) });
        untold.push(row);
      } catch (error) {
        if (!isFaultOfRows(error)) throw error;
        care.onFailed(row, { work: 'tokens', message: refusedWords('tokens', error, row.main.tokens.ids.length) });
      }
      onProgress(i + 1, wanted.length, ran);
      if (untold.length < toldAtOnce && i < wanted.length - 1) continue;
      onRows(untold);
      untold = [];
      await setImmediate();
    }
    throwIfAborted(signal);
  }

  private async read({ record, tokens }: PreparedRecord, signal: AbortSignal | undefined): Promise<AgreeingTokens> {
    const { vectors, memory, scoreKey, care, model } = this.parts;
    const { probe, ordinary } = this.reading!;
    const engine = await this.parts.engine();
    await care.onBatch({ work: 'tokens', hashes: [record.hash], tokens: tokens.ids.length });
    const trace = await engine.trace(tokens, signal).finally(() => care.onBatch(null));
    const prompt = vectors.get(record.hash)?.prompt[probe.probe.hookPoint];
    const agreeing = agreeingTokens({
      values: tokenValues(probe, { trace, response: tokens.response, ...(prompt && { prompt }) }),
      tokens,
      masked: massiveTokens(trace, model.massiveNorm),
      textOf: (turn) => record.turns[turn]?.text ?? '',
      ordinary,
    });
    memory.put(scoreKey, record.hash, agreeing);
    this.found.push({ hash: record.hash, agreeing });
    return agreeing;
  }
}

/**
 * The probe that tokens are read under, and the value of an ordinary token: the deciding probe, or the first one on activations
 * where that reads something that a trace does not hold. null where the card has none.
 */
function readingProbe({ probes, deciding, backgrounds }: ScoringAssets): { probe: ReadyProbe; ordinary: number } | null {
  const readable = (at: number) => probes[at]?.probe.measure === 'activation';
  const at = readable(deciding) ? deciding : probes.findIndex((_, i) => readable(i));
  const sorted = backgrounds.single.probes[at]?.sorted;
  return sorted?.length ? { probe: probes[at]!, ordinary: quantile(sorted, 0.5) } : null;
}

function inDocument(record: DatasetRecord, { span, phrases, singleToken }: AgreeingTokens, document: DocumentText): FoundMarks {
  const places = ({ turn, start, end }: TurnRange): CharRange[] => turnRangeToDocument(record.turns[turn]!, document, { start, end });
  return {
    spans: span ? places(span) : [],
    phrases: phrases.flatMap((phrase) => {
      const found = places(phrase);
      if (!found.length) return [];
      const range = { start: found[0]!.start, end: found.at(-1)!.end };
      return [{ text: record.turns[phrase.turn]!.text.slice(phrase.start, phrase.end), range, share: phrase.share }];
    }),
    singleToken,
  };
}
