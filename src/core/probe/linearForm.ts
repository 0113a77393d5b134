/** score = weights . x + bias, with x the probe's input, at unit norm where `unit`. The probe's sign is folded in. */
export interface LinearForm {
  /** `[dModel]` */
  weights: Float64Array;
  bias: number;
  unit: boolean;
}

/** Many forms over the same input. */
export interface LinearForms {
  count: number;
  /** `[count, dModel]`, row-major. */
  weights: Float64Array;
  /** `[count]` */
  biases: Float64Array;
  unit: boolean;
}

export function norm(vector: ArrayLike<number>): number {
  return Math.sqrt(dot(vector, vector));
}

export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** What brings a vector to unit norm; 0 for the zero vector, which has no direction and scores the bias alone. */
export function unitFactor(vector: ArrayLike<number>): number {
  const length = norm(vector);
  return length > 0 ? 1 / length : 0;
}

export function applyForm(form: LinearForm, vector: ArrayLike<number>): number {
  if (vector.length !== form.weights.length) throw new RangeError(`a probe of ${form.weights.length} dimensions was given a vector of ${vector.length}`);
  return dot(form.weights, vector) * (form.unit ? unitFactor(vector) : 1) + form.bias;
}
