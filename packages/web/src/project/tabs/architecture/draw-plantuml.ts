import type { DiagramLook } from './diagram-look.logic.ts';
import { complaintOf, styled } from './plantuml-look.logic.ts';

/** A diagram that is not drawn by then never will be: its script loops, or it is far too large. */
const LIMIT_MS = 20_000;

type Answer = { svg: string } | { problem: string };

let worker: Worker | null = null;
let queue: Promise<unknown> = Promise.resolve();

/** Draws PlantUML on this computer, one diagram after the other. Throws in words for the person. */
export function drawPlantuml(source: string, look: DiagramLook): Promise<string> {
  const drawn = queue.then(() => ask(source, look));
  queue = drawn.catch(() => undefined);
  return drawn;
}

function ask(source: string, look: DiagramLook): Promise<string> {
  worker ??= new Worker(new URL('./plantuml.worker.ts', import.meta.url), { type: 'module', name: 'plantuml' });
  const asked = worker;
  const { lines, lineOf } = styled(source, look);
  return new Promise((resolve, reject) => {
    const end = (failure: string) => {
      asked.terminate();
      worker = null;
      reject(new Error(failure));
    };
    const timer = setTimeout(() => end('This diagram takes too long to draw.'), LIMIT_MS);
    asked.onmessage = ({ data }: MessageEvent<Answer>) => {
      clearTimeout(timer);
      if ('problem' in data) return reject(new Error(data.problem));
      const complaint = complaintOf(data.svg, lineOf);
      if (complaint === null) resolve(data.svg);
      else reject(new Error(complaint));
    };
    asked.onerror = () => {
      clearTimeout(timer);
      end('PlantUML could not be started.');
    };
    asked.postMessage({ lines, isDark: look.isDark });
  });
}
