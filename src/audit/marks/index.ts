export * from './marksFile';
export * from './parseMarks';
