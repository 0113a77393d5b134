export * from './card';
export * from './dataset';
export * from './marks';
export * from './rowValues';
export * from './score';
export * from './teach';
export * from './tokens';
export * from './vectors';
