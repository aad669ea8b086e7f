/** Where the main thread and the thread of the built-in service find each other, when a test tells the service what to do wrong. */
export const FAULT_ORDERS = 'glancer fault orders'
export const FAULT_ANSWERS = 'glancer fault answers'
