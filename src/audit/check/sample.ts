/** Plain English for the mean loss of a model that knows the language: written for this purpose. */
export const sampleText =
  'The river rises in the hills and runs south for about ninety miles before it reaches the sea. In spring, when the snow melts, the water is high and ' +
  'brown, and the farmers on the lower ground move their animals to the fields above the road. By the end of the summer it is so low that children can walk ' +
  'from one side to the other without getting their knees wet.';
