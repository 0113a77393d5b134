export * from './card';
export * from './dataset';
export * from './score';
export * from './tokens';
export * from './vectors';
