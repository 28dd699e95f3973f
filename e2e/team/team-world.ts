import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Task, TeamMessage } from '@agor/protocol';
import { until } from '@agor/runtime/testing';
import { type Ended, Running, World, type WorldOptions } from '../world/index.ts';

const REPO = join(import.meta.dir, '..', '..');

export interface Member {
  readonly id: string;
  readonly name: string;
  /** Absent: a project's agent. */
  readonly role?: string;
  readonly sandboxEnabled?: boolean;
  /** Absent: in the group "crew". */
  readonly group?: string;
}

/** A role that the person made up. */
export interface MadeUpRole {
  readonly id: string;
  readonly label: string;
  readonly rights: string;
}

/** One agor with a group of demo agents, who run the shell commands that they are sent without asking. */
export class TeamWorld extends World {
  constructor(options: WorldOptions, members: readonly Member[], roles: readonly MadeUpRole[] = []) {
    super(options);
    const named = new Set(['crew', ...members.flatMap(({ group }) => group ?? [])]);
    const groups = [...named].map((id) => this.#group(id, members, roles));
    mkdirSync(this.paths.configDir, { recursive: true });
    writeFileSync(this.paths.groupsFile, JSON.stringify({ version: 1, groups, activeGroupId: 'crew' }));
  }

  #group(id: string, members: readonly Member[], roles: readonly MadeUpRole[]) {
    const common = { provider: 'demo', permissionMode: 'bypassPermissions' };
    const own = members.filter(({ group = 'crew' }) => group === id);
    const settings = ({ group: _, ...one }: Member) => ({ ...common, ...one, cwd: this.folder(one.id) });
    const name = `${id[0]?.toUpperCase()}${id.slice(1)}`;
    const agents = own.filter(({ role }) => role !== undefined).map(settings);
    const projects = own
      .filter(({ role }) => role === undefined)
      .map((one) => ({ ...settings(one), identifier: one.id }));
    return { id, name, agents, projects, roles };
  }

  /** The operator's `btmsg` or `bttask` in a plain shell. */
  async operator(command: 'btmsg' | 'bttask', ...args: string[]): Promise<Ended> {
    return await new Running([join(REPO, 'bin', command), ...args], { env: this.env, cwd: this.root }).ended;
  }

  /** As `operator`, with `--json`; fails when it was refused. */
  async ask<T>(command: 'btmsg' | 'bttask', ...args: string[]): Promise<T> {
    const { stdout, stderr, exitCode } = await this.operator(command, '--json', ...args);
    if (exitCode !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr}`);
    return JSON.parse(stdout) as T;
  }

  /** What the operator has not read. */
  async inbox(): Promise<TeamMessage[]> {
    return await this.ask<TeamMessage[]>('btmsg', 'inbox');
  }

  async task(id: string): Promise<Task> {
    return (await this.ask<{ task: Task }>('bttask', 'show', id)).task;
  }

  /** The session of an agent, as soon as it has one. */
  async sessionOf(agent: string): Promise<string> {
    const find = async () => (await this.sessions()).find(({ projectId }) => projectId === agent)?.sessionId;
    await until(`${agent} has a session`, async () => (await find()) !== undefined);
    return (await find()) ?? '';
  }

  /** Starts a session of an agent and gives it its first prompt; resolves when the turn is over. */
  async begin(agent: string, prompt: string): Promise<string> {
    const ended = await this.agor('run', '--project', agent, prompt);
    if (ended.exitCode !== 0) throw new Error(`${agent} did not begin: ${ended.stderr}`);
    return await this.sessionOf(agent);
  }

  /** Everything that was printed in a session's shell. */
  async printed(sessionId: string): Promise<string> {
    const messages = await this.messages(sessionId);
    return messages.flatMap((message) => (message.type === 'tool_result' ? [message.content.output] : [])).join('\n');
  }

  /** The prompts that a session was given. */
  async prompts(sessionId: string): Promise<string[]> {
    const messages = await this.messages(sessionId);
    return messages.flatMap((message) => (message.type === 'prompt' ? [message.content.text] : []));
  }
}
