import { describe, expect, test } from 'vitest';
import { ModelError, blockOf, residPost } from '../../../src/core/model';
import { refusal } from '../../support/folder';

describe('hook points', () => {
  test('are named as in TransformerLens', () => {
    expect([residPost(15), blockOf('blocks.0.hook_resid_post', 2), blockOf('blocks.1.hook_resid_mid', 2)]).toEqual(['blocks.15.hook_resid_post', 0, 1]);
  });

  test.each(['blocks.2.hook_resid_post', 'blocks.-1.hook_resid_post', 'blocks.x.hook_resid_post', 'blocks.0.hook_mlp_out', 'blocks.0.hook_resid_posts', ' blocks.0.hook_resid_post', 'model.layers.0', ''])('%j is none of a model of two blocks', async (name) => {
    const error = await refusal(() => blockOf(name, 2), ModelError);
    expect(error).toMatchObject({ reason: 'unknown-hook-point', message: expect.stringContaining('Use blocks.0.hook_resid_post to blocks.1.hook_resid_post') as string });
    expect(error.message).toContain(`"${name}"`);
  });
});
