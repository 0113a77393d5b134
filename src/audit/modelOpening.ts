import { Engine, type EngineInfo, type EngineOptions, type ModelIdentity } from '../engine/engine';

/** A model on its way to be run: what keys are made of is known before sessions are made, and these only when something asks for the engine. */
export class ModelOpening {
  private isAsked = false;
  /** Of the engine, once it is open. */
  info: EngineInfo | null = null;

  private constructor(
    readonly identity: ModelIdentity,
    private readonly opened: Promise<Engine>,
    private readonly goOn: () => void,
  ) {
    opened.then(({ info }) => (this.info = info)).catch(() => undefined);
  }

  /** @throws ModelError, SaeError, EngineError */
  static async begin(options: EngineOptions): Promise<ModelOpening> {
    let goOn = (): void => undefined;
    const asked = new Promise<void>((resolve) => (goOn = resolve));
    let tell = (_: ModelIdentity): void => undefined;
    const told = new Promise<ModelIdentity>((resolve) => (tell = resolve));
    const onIdentity = (identity: ModelIdentity): Promise<void> => {
      tell(identity);
      return asked;
    };
    const opened = Engine.open({ ...options, onIdentity });
    const identity = await Promise.race([told, opened.then(() => told)]);
    return new ModelOpening(identity, opened, goOn);
  }

  /** @throws EngineError where the model does not load, or does not give its reference's values */
  engine(): Promise<Engine> {
    this.isAsked = true;
    this.goOn();
    return this.opened;
  }

  async dispose(): Promise<void> {
    // On the GPU sessions were made to know the device.
    if (this.identity instanceof Engine) this.goOn();
    else if (!this.isAsked) return;
    await this.opened.then((engine) => engine.dispose(), () => undefined);
  }
}
