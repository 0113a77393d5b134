import type { Assets, ScoringAssets } from '../assets';
import type { ScoreCache } from '../scoreCache';
import { backgroundOf } from './background';
import { backgroundsFrom, numberNames, numbersOf } from './storedBackground';

/** The reference rows under a card: from the cache, or scored and put there. */
export async function withBackgrounds(assets: Assets, cache: ScoreCache): Promise<ScoringAssets> {
  const { probes, reference, scoreText } = assets;
  const stored = backgroundsFrom(await cache.references(numberNames(probes.length)), probes.length);
  if (stored) return { ...assets, backgrounds: stored };
  const rows = await reference.rows();
  const backgrounds = { single: backgroundOf(rows, 'single', probes, scoreText), pair: backgroundOf(rows, 'pair', probes, scoreText) };
  await cache.putReferences(numbersOf(backgrounds));
  return { ...assets, backgrounds };
}
