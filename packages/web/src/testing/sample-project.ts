import { ProjectConfig } from '@agor/protocol';

/** A change with null takes a field away. */
export function changed(project: ProjectConfig, changes: Record<string, unknown>): ProjectConfig {
  const fields = Object.entries({ ...project, ...changes }).filter(([, value]) => value !== null);
  return ProjectConfig.parse(Object.fromEntries(fields));
}

/** A project with the defaults of groups.json. */
export function sampleProject(of: Pick<ProjectConfig, 'id' | 'name' | 'cwd'> & Partial<ProjectConfig>): ProjectConfig {
  const identifier = of.name.toLowerCase().replace(/[^a-z0-9-]+/g, '-');
  return { identifier, description: '', icon: '📁', profile: 'default', enabled: true, ...of };
}
