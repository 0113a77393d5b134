import type { HeatmapIn, HeatmapOut } from '../../src/protocol';
import { connectHost } from '../shared/host';
import { stylePage } from '../shared/styles';
import { registerToolkit } from '../shared/toolkit';
import { HeatmapApp } from './elements/app';
import { Conversation } from './elements/conversation';
import { HistogramView } from './elements/histogram';
import { Legend } from './elements/legend';
import { Matrix } from './elements/matrix';
import type { Choices } from './state';

registerToolkit();
stylePage();
customElements.define('persona-conversation', Conversation);
customElements.define('persona-matrix', Matrix);
customElements.define('persona-legend', Legend);
customElements.define('persona-histogram', HistogramView);
customElements.define('persona-heatmap', HeatmapApp);

const host = connectHost<HeatmapIn, HeatmapOut, Choices>();
(document.getElementById('root') ?? document.body).append(new HeatmapApp(host));
host.post({ type: 'ready' });
