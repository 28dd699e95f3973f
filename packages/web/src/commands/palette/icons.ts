import ArrowRight from '@lucide/svelte/icons/arrow-right';
import CircleQuestionMark from '@lucide/svelte/icons/circle-question-mark';
import Cpu from '@lucide/svelte/icons/cpu';
import File from '@lucide/svelte/icons/file';
import Folder from '@lucide/svelte/icons/folder';
import Layers from '@lucide/svelte/icons/layers';
import MessageSquare from '@lucide/svelte/icons/message-square';
import Paintbrush from '@lucide/svelte/icons/paintbrush';
import PanelLeft from '@lucide/svelte/icons/panel-left';
import PanelTop from '@lucide/svelte/icons/panel-top';
import Puzzle from '@lucide/svelte/icons/puzzle';
import Settings from '@lucide/svelte/icons/settings';
import SquareCheck from '@lucide/svelte/icons/square-check';
import SquareTerminal from '@lucide/svelte/icons/square-terminal';
import Users from '@lucide/svelte/icons/users';
import type { Category } from '../command.ts';
import type { Item, ItemKind } from './item.ts';

const ofCategory: Readonly<Record<Category, typeof File>> = {
  'Go to': ArrowRight,
  Project: Folder,
  Tabs: PanelTop,
  Session: MessageSquare,
  Terminal: SquareTerminal,
  Files: File,
  Panels: PanelLeft,
  Team: Users,
  Groups: Layers,
  Appearance: Paintbrush,
  Settings: Settings,
  System: Cpu,
  Help: CircleQuestionMark,
  Plugins: Puzzle,
};
const ofKind: Readonly<Record<ItemKind, typeof File>> = {
  command: ArrowRight,
  project: Folder,
  session: MessageSquare,
  file: File,
  task: SquareCheck,
  setting: Settings,
};

export function iconOf({ kind, category }: Item): typeof File {
  return category ? ofCategory[category] : ofKind[kind];
}
