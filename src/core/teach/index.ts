export * from './features';
export * from './kernel';
export * from './marks';
export * from './report';
export * from './rows';
export * from './taughtCard';
export * from './teach';
