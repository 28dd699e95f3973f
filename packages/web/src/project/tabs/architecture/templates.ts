import type { DiagramKind } from './diagrams.logic.ts';

interface Template {
  readonly id: string;
  readonly label: string;
  readonly kind: DiagramKind;
  readonly source: string;
}

/** What a new diagram begins with. */
export const templates: readonly Template[] = [
  {
    id: 'class',
    label: 'Classes (PlantUML)',
    kind: 'plantuml',
    source:
      '@startuml\nclass Order {\n  +id: string\n  +total(): Money\n}\nclass Line {\n  +quantity: int\n}\nOrder "1" *-- "many" Line\n@enduml\n',
  },
  {
    id: 'sequence',
    label: 'Sequence (PlantUML)',
    kind: 'plantuml',
    source:
      '@startuml\nactor Person\nparticipant Face\nparticipant Hub\nPerson -> Face : asks\nFace -> Hub : command\nHub --> Face : events\nFace --> Person : shows\n@enduml\n',
  },
  {
    id: 'state',
    label: 'States (PlantUML)',
    kind: 'plantuml',
    source:
      '@startuml\n[*] --> Idle\nIdle --> Running : prompt\nRunning --> Idle : done\nRunning --> Failed : error\nFailed --> [*]\n@enduml\n',
  },
  {
    id: 'component',
    label: 'Components (PlantUML)',
    kind: 'plantuml',
    source:
      '@startuml\npackage "Shop" {\n  [Web] --> [API]\n  [API] --> [Billing]\n}\ndatabase "Orders" as db\n[API] --> db\n@enduml\n',
  },
  {
    id: 'flowchart',
    label: 'Flowchart (Mermaid)',
    kind: 'mermaid',
    source:
      'flowchart TD\n  A[Order comes in] --> B{In stock?}\n  B -- yes --> C[Ship]\n  B -- no --> D[Order more]\n  D --> B\n',
  },
  {
    id: 'c4',
    label: 'Context, C4 (Mermaid)',
    kind: 'mermaid',
    source:
      'C4Context\n  title The shop and what is around it\n  Person(customer, "Customer", "Buys things")\n  System(shop, "Shop", "Takes orders")\n  System_Ext(bank, "Bank", "Takes payments")\n  Rel(customer, shop, "orders")\n  Rel(shop, bank, "charges")\n',
  },
];
