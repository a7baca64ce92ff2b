package triage

import (
	"sync"

	"mulin/town/catalog"
	"mulin/town/place"
)

// classTree is the tree of classes in use as a model looks at them, made once for each state of the catalogue.
type classTree struct {
	of          []catalog.Class // the list it was made of
	id          []int64         // of each node
	up          []int32         // the node above, -1 for a first level
	at          map[int64]int32
	label       []int32   // for each label of the model its node, or that of the nearest class above it in use; -1: none
	seen        []int32   // cases learned from, at and below each node
	topsTop     []int32   // for each label of the first level's classifier its node, -1: none
	idle        sync.Pool // of *considered
	impressions impressions
}

// classTree is the tree for a model; nodes stand behind those above them.
func (r *Reader) classTree(b *model) *classTree {
	classes := r.catalog.Classes()
	if old := b.classTree.Load(); old != nil && len(old.of) == len(classes) && (len(classes) == 0 || &old.of[0] == &classes[0]) {
		return old
	}
	n := &classTree{of: classes, at: make(map[int64]int32, len(classes))}
	for i, c := range classes {
		n.id, n.at[c.ID] = append(n.id, c.ID), int32(i)
		up := int32(-1)
		if c.Parent != 0 {
			up = n.at[c.Parent]
		}
		n.up = append(n.up, up)
	}
	n.seen = make([]int32, len(n.id))
	for i, name := range b.Class.Labels {
		node := r.node(n, labelled(name))
		n.label = append(n.label, node)
		for ; node >= 0; node = n.up[node] {
			n.seen[node] += b.Class.Seen[i]
		}
	}
	if b.Tops != nil {
		for _, name := range b.Tops.Labels() {
			n.topsTop = append(n.topsTop, r.node(n, labelled(name)))
		}
	}
	b.classTree.Store(n)
	return n
}

// node is where a class stands, or for one that was retired the nearest above it.
func (r *Reader) node(n *classTree, class int64) int32 {
	c, _ := r.catalog.Class(class)
	line := place.IDs(c.Path)
	for i := len(line) - 1; i >= 0; i-- {
		if at, ok := n.at[line[i]]; ok {
			return at
		}
	}
	return -1
}

// top is the first level above a node.
func (n *classTree) top(node int32) int32 {
	for n.up[node] >= 0 {
		node = n.up[node]
	}
	return node
}
