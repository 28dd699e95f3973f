export { claudeEnv } from './claude-env.ts';
export { Random } from './random.ts';
export { type Ended, Running } from './running.ts';
export { messagesIn, type Serving, World, type WorldOptions } from './world.ts';
