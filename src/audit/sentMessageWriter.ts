import { AbstractMessageWriter, type Message } from 'vscode-jsonrpc/node';

/**
 * Messages to the parent, each awaited until it has left this process: what is said before a native call must not wait behind it, and a parent that
 * reads slowly is waited for. Where nobody reads any more the process is about to end, so nothing fails.
 */
export class SentMessageWriter extends AbstractMessageWriter {
  write(message: Message): Promise<void> {
    return new Promise((resolve) => {
      if (process.connected) process.send!(message, undefined, undefined, () => resolve());
      else resolve();
    });
  }

  end(): void {}
}
