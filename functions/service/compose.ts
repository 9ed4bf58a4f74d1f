import { guaranteeStatus } from '../documents/guarantees.ts';
import { addFields, setOwn } from '../objects/record.ts';
import type { KubernetesObject } from '../objects/resource.ts';
import type { Binding, Offer } from '../providers/binding.ts';
import { providerOf } from '../providers/index.ts';
import type { Composed } from '../waiting/composed.ts';
import type { ServiceComponent } from './components.ts';
import { bindingsOf, hubSecret } from './deliver.ts';

/** A component with what it was given, what it composes and what it tells about itself. */
export interface ComposedComponent {
  component: ServiceComponent;
  /** By composition resource name. */
  resources: Record<string, Composed>;
  bindings: Binding[];
  status: Record<string, unknown>;
}

/** Puts name, namespace and labels of the platform on a resource; they win over anything a provider wrote. */
const place = (component: ServiceComponent, local: string, object: KubernetesObject): KubernetesObject => {
  const { apiVersion, kind, metadata = {} } = object;
  const ours = {
    name: component.managedName(local),
    namespace: component.squad.name,
    labels: metadata.labels === undefined ? component.labels : { ...metadata.labels, ...component.labels },
  };

  return addFields({ apiVersion, kind, metadata: addFields(ours, metadata) }, object);
};

/** The resources of a component by the names that they have in the whole Service. */
const placed = (component: ServiceComponent, local: Record<string, Composed>): Record<string, Composed> => {
  const resources: Record<string, Composed> = {};
  for (const name of Object.keys(local)) {
    const { object, after = [], hold, delivers, ready, claim } = local[name] as Composed;
    // Each field in its place, there or not: objects of one shape are read faster, and most of a round reads these.
    const resource: { [Field in keyof Required<Composed>]: Composed[Field] } = {
      object: place(component, name, object),
      after: after.map((before) => component.prefix + before),
      hold,
      delivers,
      ready,
      claim,
    };
    setOwn<Composed>(resources, component.prefix + name, resource);
  }

  return resources;
};

/** A component with what it offers and what it is offered. */
interface BoundComponent {
  component: ServiceComponent;
  offer: Offer | undefined;
  bindings: Binding[];
}

/** The first of the two passes: who offers what to whom. */
export const boundComponents = (components: ServiceComponent[]): BoundComponent[] => {
  const offers = components.map((component) => ({
    component,
    offer: providerOf(component.provider).offer?.(component),
  }));

  return offers.map(({ component, offer }) => ({
    component,
    offer,
    bindings: offers.flatMap((other) =>
      other.offer !== undefined && other.component.zone.name === component.zone.name
        ? bindingsOf(other.component, other.offer)
        : [],
    ),
  }));
};

/** Two passes: first what everybody offers, then what everybody makes of what was offered in its zone. */
export const composeComponents = (components: ServiceComponent[]): ComposedComponent[] =>
  boundComponents(components).map(({ component, offer, bindings }) => {
    const provider = providerOf(component.provider);
    const local = {
      ...provider.compose(component, bindings),
      ...(offer && hubSecret(component, offer)),
    };

    return {
      component,
      bindings,
      status: {
        name: component.component,
        provider: component.provider,
        ...provider.status(component, bindings),
        ...guaranteeStatus(provider.guarantees(component.platform)),
      },
      resources: placed(component, local),
    };
  });
