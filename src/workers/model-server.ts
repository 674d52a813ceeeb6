/** What runs inside a model worker: takes requests in order, one computation at a time, and answers. */
import { TimbrelError, serializeError, throwIfAborted } from '../errors/timbrel-error.js';
import type { LoadProgress } from '../checkpoints/checkpoint-source.js';
import type { ModelAnswer, ModelCancel, ModelRequest } from './messages.js';
import type { StoredCheckpoint } from '../checkpoints/downloads/stored-checkpoint.js';
import {
  GANSynthModel,
  type GANSynthContent,
  type GANSynthLoadOptions,
} from '../models/gansynth/gansynth.js';
import { EventServer } from './event-server.js';
import { NoteRenderer } from './note-renderer.js';

type StoreRequest = Extract<
  ModelRequest,
  { type: 'fetchCheckpoint' | 'listCheckpoints' | 'clearCheckpoints' }
>;

type Answer = (answer: ModelAnswer, transfer?: Transferable[]) => void;

export class ModelServer {
  private readonly models = new Map<number, GANSynthModel>();
  private readonly renderer = new NoteRenderer();
  private readonly events: EventServer;
  private readonly running = new Map<number, AbortController>();
  /** The computation before: wasm memory and GPU queues are not shared by two at once. */
  private turn: Promise<void> = Promise.resolve();
  private nextModel = 1;

  constructor(private readonly answer: Answer) {
    this.events = new EventServer(answer);
  }

  receive(message: ModelRequest | ModelCancel): void {
    if (message.type === 'cancel') {
      this.running.get(message.id)?.abort();
      return;
    }
    const controller = new AbortController();
    this.running.set(message.id, controller);
    this.turn = this.turn.then(() => this.serve(message, controller.signal));
  }

  private async serve(request: ModelRequest, signal: AbortSignal): Promise<void> {
    try {
      throwIfAborted(signal, request.type);
      await this.compute(request, signal);
    } catch (error) {
      this.answer({ type: 'failed', id: request.id, error: serializeError(error) });
    } finally {
      this.running.delete(request.id);
    }
  }

  private async compute(request: ModelRequest, signal: AbortSignal): Promise<void> {
    const { id } = request;
    switch (request.type) {
      case 'loadGANSynth':
        return this.addModel(id, (options) =>
          GANSynthModel.load(request.source, { ...options, backend: request.backend, signal }),
        );
      case 'receiveGANSynth':
        return this.addModel(id, async (options) => {
          const content = await receive<GANSynthContent>(request.port, signal);
          return GANSynthModel.create(content, { ...options, backend: request.backend, signal });
        });
      case 'copyGANSynth':
        request.port.postMessage(this.model(request.model).content);
        break;
      case 'generate': {
        const data = await this.model(request.model).generate(request.latent, request.pitch, signal);
        this.answer({ type: 'array', id, data }, [data.buffer]);
        return;
      }
      case 'spectrogram': {
        const data = await this.model(request.model).spectrogram(request.latent, request.pitch, signal);
        this.answer({ type: 'array', id, data }, [data.buffer]);
        return;
      }
      case 'renderNote': {
        const audio = await this.model(request.model).generate(request.latent, request.pitch, signal);
        await this.renderer.send(request.destination, request.timbre, request.pitch, audio, signal);
        break;
      }
      case 'addDestination':
        this.renderer.add(request.destination, request.transport);
        break;
      case 'removeDestination':
        this.renderer.remove(request.destination);
        break;
      case 'fetchCheckpoint':
      case 'listCheckpoints':
      case 'clearCheckpoints':
        return this.answer({ type: 'checkpoints', id, checkpoints: await this.keep(request, signal) });
      case 'disposeModel':
        this.model(request.model).dispose();
        this.models.delete(request.model);
        break;
      default:
        return this.events.serve(request, signal);
    }
    this.answer({ type: 'done', id });
  }

  private async keep(request: StoreRequest, signal: AbortSignal): Promise<readonly StoredCheckpoint[]> {
    // A chunk of its own: most pages play what the package ships.
    const published = await import('../checkpoints/downloads/published.js');
    switch (request.type) {
      case 'fetchCheckpoint': {
        const { id, source } = request;
        if (source.kind !== 'published')
          throw new TimbrelError('CHECKPOINT_UNKNOWN', 'Only checkpoints of the catalogue are kept');
        const onProgress = (progress: LoadProgress) => this.answer({ type: 'progress', id, progress });
        return [await published.fetchPublished(source, { signal, onProgress })];
      }
      case 'listCheckpoints':
        return published.listStored();
      case 'clearCheckpoints':
        return published.clearStored(request.checkpoint);
    }
  }

  private async addModel(
    id: number,
    make: (options: Omit<GANSynthLoadOptions, 'backend'>) => Promise<GANSynthModel>,
  ): Promise<void> {
    const handle = this.nextModel++;
    const model = await make({
      onProgress: (progress) => this.answer({ type: 'progress', id, progress }),
      onBackendChange: (backend, error) =>
        this.answer({
          type: 'backendChanged',
          id: 0,
          model: handle,
          backend,
          error: error && serializeError(error),
        }),
    });
    this.models.set(handle, model);
    this.answer({ type: 'loaded', id, model: handle, description: model.describe() });
  }

  private model(handle: number): GANSynthModel {
    const model = this.models.get(handle);
    if (!model) throw new TimbrelError('DISPOSED', 'The model was disposed; load it again');
    return model;
  }
}

/** The one message that comes over `port`. @throws ABORTED */
function receive<T>(port: MessagePort, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    port.onmessage = (event: MessageEvent<T>) => resolve(event.data);
    signal.addEventListener('abort', () =>
      reject(new TimbrelError('ABORTED', 'Loading GANSynth was aborted')),
    );
  }).finally(() => port.close());
}
