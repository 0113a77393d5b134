export * from './card';
export * from './check';
export * from './dataset';
export * from './marks';
export * from './score';
export * from './teach';
export * from './tokens';
export * from './vectors';
