import { type AriaRole, type ComponentProps, createElement } from 'react'

interface Free {
  role: AriaRole
}

/**
 * Elements of free layout with a role: rows placed by position, fields in a grid and three-state ticks cannot be the native elements that would
 * bring these roles by themselves. Whoever uses one also gives the names, states and keys that belong to its role.
 */
export function Box(props: ComponentProps<'div'> & Free) {
  return createElement('div', props)
}

/** The same in a line of text or as a cell. */
export function Cell(props: ComponentProps<'span'> & Free) {
  return createElement('span', props)
}

/** An item of a list that is one stop of the keyboard and can be chosen. */
export function Item(props: ComponentProps<'li'>) {
  return createElement('li', props)
}

/** The same for what is pressed. */
export function Press(props: ComponentProps<'button'> & Free) {
  return createElement('button', { type: 'button', ...props })
}
