// A sound output that nobody hears, for browsers that play nothing without one.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Starts `pulseaudio` with a null sink. @returns the address for PULSE_SERVER, and what ends it */
export async function startNullSink(pulseaudio) {
  const folder = mkdtempSync(path.join(tmpdir(), 'timbrel-sound-'));
  const socket = path.join(folder, 'native');
  const server = spawn(
    pulseaudio,
    [
      '-n',
      '--daemonize=no',
      '--exit-idle-time=-1',
      '--load=module-null-sink sink_name=null rate=48000',
      `--load=module-native-protocol-unix socket=${socket}`,
    ],
    { env: { ...process.env, XDG_RUNTIME_DIR: folder, HOME: folder }, stdio: 'ignore' },
  );
  for (let i = 0; i < 100 && !existsSync(socket) && server.exitCode === null; i++)
    await new Promise((resolve) => setTimeout(resolve, 100));
  return {
    address: `unix:${socket}`,
    async end() {
      if (server.exitCode === null) {
        const closed = new Promise((resolve) => server.once('close', resolve));
        server.kill();
        await closed;
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
